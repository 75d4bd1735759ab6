using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Pipeline.Conversations;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// Ends of the last answers of a conversation that ended within a sentence: a next answer may continue it (MCP06). Safe for concurrent use.
/// </summary>
/// <remarks>
/// A server must not be able to withhold the answers of another by half a sentence. So an end counts only if its answer reached the client, for the
/// next <see cref="MostAnswers"/> answers of the conversation, and for one finding. Across servers only the readable rules are asked, with at most
/// medium confidence, and the record names both servers. The learned model, which costs more, is asked about the newest end.
/// </remarks>
internal sealed class OpenSentences
{
    /// <summary>Most ends: answers to requests in parallel come in any order.</summary>
    public const int Most = 4;

    /// <summary>So many answers may continue a sentence.</summary>
    public const int MostAnswers = 4;

    private const int ShortPart = TextEdges.Longest / 2;

    private readonly Lock gate = new();
    private readonly List<End> ends = [];
    private int count;

    /// <summary>
    /// The slot that keeps them in a conversation. An empty slot is the weaker state: after the loss of a conversation, a sentence that began before
    /// is not joined.
    /// </summary>
    public static ConversationSlot<OpenSentences> Slot { get; } = new(static () => new OpenSentences());

    /// <summary>True when no answer ended within a sentence.</summary>
    public bool IsEmpty => Volatile.Read(ref count) == 0;

    /// <summary>Returns the findings that an answer has only together with an earlier one, each with the server of that one.</summary>
    /// <param name="server">The server of the answer.</param>
    /// <param name="beginnings">The beginnings of its texts.</param>
    /// <param name="place">Its place.</param>
    /// <param name="own">The findings that it has by itself.</param>
    public IReadOnlyList<JointFinding> Judge(
        string server, IReadOnlyList<TextBeginning> beginnings, MessagePlace place, IReadOnlyList<MessageFinding> own)
    {
        var before = Take();
        if (before.Length == 0) return [];
        List<JointFinding>? found = null;
        for (var i = 0; i < beginnings.Count; i++) // an enumerator would be an object for each answer
        {
            foreach (var end in before) JudgeTogether(end, isNewest: end == before[^1], server, beginnings[i], place, own, ref found);
        }

        return (IReadOnlyList<JointFinding>?)found ?? [];
    }

    private void JudgeTogether(End end, bool isNewest, string server, TextBeginning beginning, MessagePlace place,
        IReadOnlyList<MessageFinding> own, ref List<JointFinding>? found)
    {
        var isSame = end.Server == server;
        foreach (var finding in end.Judge(beginning, place, withModel: isSame && isNewest))
        {
            if (own.Any(known => known.Rule == finding.Rule) || found?.Exists(known => known.Finding.Rule == finding.Rule) == true) continue;
            var isTooSure = !isSame && finding.Confidence == Confidence.High;
            (found ??= []).Add(new JointFinding(isTooSure ? finding with { Confidence = Confidence.Medium } : finding, end.Server, end.Text));
            Drop(end);
        }
    }

    /// <summary>
    /// Keeps the ends of an answer that reaches the client. Equal ends of one server take one place, so that a text that comes again, or several
    /// times in one answer, pushes out no other end.
    /// </summary>
    /// <param name="server">Its server.</param>
    /// <param name="texts">The ends of its texts, each of at most <see cref="TextEdges.Longest"/> characters.</param>
    public void Keep(string server, IReadOnlyList<string> texts)
    {
        if (texts.Count == 0) return;
        lock (gate)
        {
            // A sentence may be in more than two parts: a short text is an end together with the one before it.
            var last = LastOf(server, null);
            var earlier = last < 0 ? null : ends[last].Text;
            for (var i = 0; i < texts.Count; i++) // without an enumerator, as above
                Add(server, earlier is null || texts[i].Length > ShortPart ? texts[i] : Joined(earlier, texts[i]));
            if (ends.Count > Most) ends.RemoveRange(0, ends.Count - Most);
            count = ends.Count;
        }
    }

    private void Add(string server, string text)
    {
        var known = LastOf(server, text);
        var end = known >= 0 ? ends[known] : new End(server, text);
        if (known >= 0) ends.RemoveAt(known);
        end.Answers = MostAnswers;
        ends.Add(end);
    }

    // By hand: each answer that ends within a sentence comes here, and would make two closures.
    private int LastOf(string server, string? text)
    {
        var at = ends.Count - 1;
        while (at >= 0 && (ends[at].Server != server || (text is not null && ends[at].Text != text))) at--;
        return at;
    }

    private static string Joined(string earlier, string text)
    {
        var kept = Math.Min(earlier.Length, TextEdges.Longest - 1 - text.Length);
        return string.Concat(earlier.AsSpan(earlier.Length - kept), " ", text);
    }

    private End[] Take()
    {
        if (IsEmpty) return [];
        lock (gate)
        {
            End[] before = [.. ends];
            ends.RemoveAll(end => --end.Answers == 0);
            count = ends.Count;
            return before;
        }
    }

    private void Drop(End end)
    {
        lock (gate)
        {
            ends.RemoveAll(known => known.Server == end.Server && known.Text == end.Text); // an equal one may have taken its place meanwhile
            count = ends.Count;
        }
    }

    private sealed class End(string server, string text)
    {
        // A server often gives the same text again. A text that was harmless is not judged a second time.
        private volatile Harmless? harmless;

        public string Server => server;

        public string Text => text;

        /// <summary>Number of answers that may still continue it. Read and set under the gate.</summary>
        public int Answers { get; set; }

        /// <inheritdoc cref="MessageJudge.JudgeTogether"/>
        public IReadOnlyList<MessageFinding> Judge(TextBeginning beginning, MessagePlace place, bool withModel)
        {
            if (harmless?.Covers(beginning, place, withModel) == true) return [];
            var found = MessageJudge.JudgeTogether(text, beginning, place, withModel);
            if (found.Count == 0) harmless = new Harmless(beginning.Text, beginning.IsWithin, place, withModel);
            return found;
        }
    }

    // All that a judgement of an end depends on, except the bytes that a finding would be about: a harmless one has none. Without the model the rules
    // do not know that they read a prompt, so a judgement with it does not answer for one without.
    private sealed record Harmless(string Beginning, bool IsWithin, MessagePlace Place, bool WithModel)
    {
        public bool Covers(TextBeginning beginning, MessagePlace place, bool withModel) =>
            IsWithin == beginning.IsWithin && Place == place && WithModel == withModel && Beginning == beginning.Text;
    }
}

/// <summary>A finding that an answer has only together with an earlier one.</summary>
/// <param name="Finding">The finding; its bytes are those of the answer.</param>
/// <param name="Server">The server of the earlier answer.</param>
/// <param name="Text">The end of the earlier answer, in which the sentence began.</param>
internal readonly record struct JointFinding(MessageFinding Finding, string Server, string Text);
