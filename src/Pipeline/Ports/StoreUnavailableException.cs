namespace Eip.Pipeline.Ports;

/// <summary>A store behind a port cannot be asked now: it is away, or waits for an operator. Asking again later may succeed.</summary>
/// <param name="message">What is away, and what to do about it where somebody has to.</param>
/// <param name="inner">The cause, if there is one.</param>
public class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
