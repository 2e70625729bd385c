namespace Eip.Api.Json;

/// <summary>The period that an answer covers: whole UTC days of event time.</summary>
/// <param name="From">First day.</param>
/// <param name="To">Last day, included.</param>
/// <param name="By">Which time of an order lies in it, such as <c>deliveredAt</c>.</param>
public sealed record PeriodItem(DateOnly From, DateOnly To, string By);
