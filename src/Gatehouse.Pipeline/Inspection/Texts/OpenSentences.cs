using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// Ends of the last answers of a conversation that ended within a sentence, from any server: the next answer may continue it (MCP06). Holds at most
/// <see cref="Most"/> of them, <see cref="TextEdges.Longest"/> characters each. Safe for concurrent use.
/// </summary>
internal sealed class OpenSentences
{
    /// <summary>Most answers: those of requests in parallel come in any order.</summary>
    public const int Most = 2;

    private readonly Lock gate = new();
    private readonly List<string> ends = [];

    /// <summary>
    /// The slot that keeps them in a conversation. An empty slot is the weaker state: after the loss of a conversation, a sentence that began before
    /// is not joined.
    /// </summary>
    public static ConversationSlot<OpenSentences> Slot { get; } = new(static () => new OpenSentences());

    /// <summary>Returns the findings that an answer has only together with an earlier one, and keeps the end of this answer.</summary>
    public IReadOnlyList<MessageFinding> Judge(TextEdges edges, MessagePlace place, IReadOnlyList<MessageFinding> own)
    {
        var before = Keep(edges);
        if (edges.First.Length == 0) return [];
        List<MessageFinding> found = [];
        foreach (var end in before)
        {
            foreach (var finding in MessageJudge.JudgeTogether(end, edges, place))
            {
                if (!own.Concat(found).Any(known => known.Rule == finding.Rule)) found.Add(finding);
            }
        }

        return found;
    }

    private string[] Keep(TextEdges edges)
    {
        lock (gate)
        {
            string[] before = [.. ends];
            if (edges.Last.Length == 0) return before;
            // A sentence may be in more than two parts.
            var end = edges.IsOne && before is [.., var last] ? last + " " + edges.Last : edges.Last;
            ends.Add(end[Math.Max(0, end.Length - TextEdges.Longest)..]);
            if (ends.Count > Most) ends.RemoveAt(0);
            return before;
        }
    }
}
