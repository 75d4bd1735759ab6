namespace Gatehouse.Protocol.Framing;

/// <summary>One step of reading lines.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Line">The line without its line break, in memory of its own; empty unless the outcome is a line.</param>
/// <param name="Dropped">Bytes that were not delivered: of an overlong line, or of an unfinished last one.</param>
public readonly record struct LineRead(LineOutcome Outcome, ReadOnlyMemory<byte> Line, long Dropped);

/// <summary>The outcome of <see cref="BoundedLineReader"/>.</summary>
public enum LineOutcome
{
    /// <summary>A whole line.</summary>
    Line,

    /// <summary>A line longer than the bound: it was dropped up to its end, and reading may continue.</summary>
    TooLong,

    /// <summary>The stream ended. A last line without its line feed is not delivered: it may be half a message.</summary>
    End,
}
