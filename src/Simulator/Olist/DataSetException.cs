namespace Eip.Simulator.Olist;

/// <summary>A data set cannot be read at all: a folder, a required file or a required header is missing or unreadable (fulfillment-v1 §2).</summary>
/// <param name="message">What is wrong, in a sentence that names the file and header.</param>
/// <param name="file">Path of the file or folder at fault.</param>
/// <param name="header">The header at fault, if one is.</param>
/// <param name="innerException">What the operating system said, if it said anything.</param>
public sealed class DataSetException(string message, string file, string? header = null, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Path of the file or folder at fault.</summary>
    public string File { get; } = file;

    /// <summary>The header at fault, or null when the file as a whole is.</summary>
    public string? Header { get; } = header;
}
