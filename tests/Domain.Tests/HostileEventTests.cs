using System.Text;
using System.Text.Json;
using Eip.Tests;

namespace Eip.Domain.Tests;

/// <summary>What events are made of is chosen by somebody else: whatever the bytes, an event or a reason comes of them.</summary>
public sealed class HostileEventTests
{
    private const int Inputs = 110_000;
    private static readonly JsonSerializerOptions Strict = new() { AllowDuplicateProperties = false };
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    [Fact]
    public void Any_bytes_are_refused_with_a_reason_or_are_an_event_that_is_written_and_read_again_as_it_was()
    {
        int seed = Environment.TickCount, taken = 0;
        var hostile = new HostileEvents(seed);
        for (int i = 0; i < Inputs; i++)
        {
            byte[] text = hostile.Next();
            string input = $"seed {seed}, input {i}, base64 {Convert.ToBase64String(text)}";
            try
            {
                if (!EventJson.TryRead(text, out var @event, out var error))
                {
                    error.Reason.ShouldNotBeEmpty(input);
                    error.ToString().Any(char.IsControl).ShouldBeFalse(input);
                    continue;
                }

                taken++;
                // An independent reader takes it too: it is JSON in UTF-8, and no text of it is half a character.
                StrictUtf8.GetCharCount(text).ShouldBePositive(input);
                JsonSerializer.Deserialize<JsonElement>(text, Strict).ToString().ShouldNotBeEmpty(input);
                string written = EventJson.ToJson(@event);
                EventJson.TryRead(Encoding.UTF8.GetBytes(written), out var again, out error).ShouldBeTrue($"{input}: {error}");
                again.ShouldBe(@event, input);
                EventJson.ToJson(again).ShouldBe(written, input);
            }
            catch (Exception exception) when (exception is not ShouldAssertException)
            {
                throw new ShouldAssertException(input, exception);
            }
        }

        taken.ShouldBeInRange(Inputs / 4, Inputs * 9 / 10, $"seed {seed}: the inputs prove little");
    }
}
