using Confluent.Kafka;
using Eip.Pipeline.Ports;

namespace Eip.Streams.Kafka;

/// <summary>The brokers do not answer, or not as they should. What was asked for may be asked again.</summary>
/// <param name="inner">What the client met with.</param>
public sealed class KafkaUnavailableException(KafkaException inner)
    : StoreUnavailableException($"Kafka does not answer: {inner.Error.Reason} ({inner.Error.Code}).", inner)
{
    /// <summary>Does something with Kafka.</summary>
    /// <exception cref="KafkaUnavailableException">It failed with the client's own exception, which is inside.</exception>
    public static Task GuardAsync(Func<Task> act) => GuardAsync(async () =>
    {
        await act();
        return true;
    });

    /// <summary>Asks something of Kafka.</summary>
    /// <exception cref="KafkaUnavailableException">It failed with the client's own exception, which is inside.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (KafkaException exception)
        {
            throw new KafkaUnavailableException(exception);
        }
    }
}
