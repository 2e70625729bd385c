namespace Eip.Domain;

/// <summary>When a promise is broken (fulfillment-v1 §2). Whatever measures against a promise asks here.</summary>
public static class Deadline
{
    /// <summary>
    /// The last second that keeps a promise: a promise that falls on midnight names a day, whose last second this is; any other is its own deadline.
    /// </summary>
    public static EventTime Of(EventTime promise) => IsDay(promise) ? promise + (EventTime.SecondsPerDay - 1) : promise;

    // The epoch is a midnight, and so is every whole number of days from it.
    private static bool IsDay(EventTime promise) => promise.UnixSeconds % EventTime.SecondsPerDay == 0;
}
