using Gatehouse.Protocol.Json;

namespace Gatehouse.Protocol.Edits;

/// <summary>The removal of elements from an array of a message, commas included.</summary>
public static class ListEdit
{
    /// <summary>Removes every element that is not to be kept.</summary>
    /// <param name="message">The validated message.</param>
    /// <param name="arraySlot">A slot that holds an array, such as <see cref="EnvelopeMember.ResultTools"/>.</param>
    /// <param name="keep">Returns true for an element to keep, from the message's bytes and the element's range.</param>
    /// <param name="splice">The splice of <paramref name="message"/> that receives the removals.</param>
    /// <returns>False, and nothing is changed, when the slot holds no array.</returns>
    /// <remarks>The kept elements keep their bytes and order; separators between kept neighbours stay.</remarks>
    /// <exception cref="ArgumentException">The splice is of another message.</exception>
    public static bool TryRemoveElements(ValidatedMessage message, EnvelopeMember arraySlot, Func<ReadOnlyMemory<byte>, ByteRange, bool> keep,
        MessageSplice splice)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(keep);
        ArgumentNullException.ThrowIfNull(splice);
        if (!ReferenceEquals(splice.Original, message))
            throw new ArgumentException("The splice is of another message.", nameof(splice));
        if (!message.IsArray(arraySlot))
            return false;
        RemoveRuns(message, message.Range(arraySlot), keep, splice);
        return true;
    }

    // A run of removed elements goes from the end of the kept one before it, so that the comma before the run goes with it; a run
    // at the front goes up to the next kept one, so that the comma after it goes.
    private static void RemoveRuns(ValidatedMessage message, ByteRange array, Func<ReadOnlyMemory<byte>, ByteRange, bool> keep, MessageSplice splice)
    {
        var keptEnd = -1;
        var runStart = -1;
        var runEnd = -1;
        foreach (var element in JsonWalk.Elements(message.Bytes.Span, array))
        {
            if (!keep(message.Bytes, element))
            {
                runStart = runStart < 0 ? (keptEnd < 0 ? element.Start : keptEnd) : runStart;
                runEnd = element.End;
                continue;
            }

            if (runStart >= 0)
                splice.Remove(Between(runStart, keptEnd < 0 ? element.Start : runEnd));
            runStart = -1;
            keptEnd = element.End;
        }

        if (runStart >= 0)
            splice.Remove(Between(runStart, runEnd));
    }

    private static ByteRange Between(int start, int end) => new(start, end - start);
}
