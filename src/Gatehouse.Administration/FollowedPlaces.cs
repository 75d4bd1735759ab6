using Gatehouse.Audit.Search;

namespace Gatehouse.Administration;

/// <summary>
/// The places in the log that readers were given to continue at, with the question that they asked. Only the same question behind such a place
/// continues a command that follows the log, which was recorded when it began. Every other one is a search of its own, and leaves an entry whatever
/// its answer is.
/// </summary>
/// <remarks>
/// The threats: a reader asks about a person behind the beginning of the log, again and again, and no entry shows it. Or a reader begins without a
/// filter, and then watches one person, who does nothing: that is an answer too. Safe for concurrent use.
/// </remarks>
internal sealed class FollowedPlaces
{
    /// <summary>The most places that are known, of all readers together. A place that was forgotten costs an entry.</summary>
    public const int MostPlaces = 1024;

    private readonly Lock gate = new();
    private readonly HashSet<Given> known = [];
    private readonly Queue<Given> order = new();

    /// <summary>Returns whether a question continues what was recorded.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="question">The question, with the place that it begins behind; that has to be there.</param>
    public bool Continues(string reader, EntryFilter question)
    {
        lock (gate) return known.Contains(Of(reader, question, question.Behind!));
    }

    /// <summary>Takes a question that was answered, which leaves its entry or continues another.</summary>
    /// <param name="reader">The reader.</param>
    /// <param name="question">The question.</param>
    /// <param name="last">The place of the newest entry of the answer; null for none. From there, the reader may ask the question again.</param>
    public void Take(string reader, EntryFilter question, string? last)
    {
        lock (gate)
        {
            if (question.Behind is { } behind) Add(Of(reader, question, behind)); // the same question again, with nothing new behind the place
            if (last is not null) Add(Of(reader, question, last));
        }
    }

    private static Given Of(string reader, EntryFilter question, string place) => new(reader, place, question with { Behind = null, Limit = 1 });

    private void Add(Given given)
    {
        if (!known.Add(given)) return;
        order.Enqueue(given);
        if (order.Count > MostPlaces) known.Remove(order.Dequeue());
    }

    private sealed record Given(string Reader, string Place, EntryFilter Question);
}
