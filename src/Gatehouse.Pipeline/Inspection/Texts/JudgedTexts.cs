using Gatehouse.Detection.Messages;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// The judgements of the texts that were seen last: a text that comes again costs a look-up, and so does a pair of an end and a beginning. It holds no
/// text.
/// </summary>
/// <remarks>
/// A judgement depends on the bytes, the place and the build, and never on the caller; entries of another snapshot are not used. Safe for concurrent
/// use.
/// </remarks>
internal sealed class JudgedTexts
{
    /// <summary>Shorter values are judged again: that costs as little as the look-up.</summary>
    public const int Shortest = 32;

    private readonly TextDigest digest = new();
    private readonly RecentJudgements<MessageJudgement> values = new();
    private readonly RecentJudgements<bool> cleanPairs = new();

    /// <summary>Returns the judgement of a value; its spans are those of this message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="texts">The value and its place.</param>
    /// <param name="snapshot">The generation of the snapshot in force.</param>
    public MessageJudgement Judge(ReadOnlySpan<byte> message, MessageTexts texts, long snapshot)
    {
        if (texts.Value.Length < Shortest) return MessageJudge.Judge(message, texts.Value, texts.Place);
        var id = digest.Of(texts.Value.Of(message), texts.Place, snapshot);
        if (values.TryFind(id, out var known)) return Moved(known, texts.Value.Start);
        var judged = MessageJudge.Judge(message, texts.Value, texts.Place);
        values.Add(id, Moved(judged, -texts.Value.Start));
        return judged;
    }

    /// <summary>
    /// Returns the findings over the place where two texts meet (<see cref="MessageJudge.JudgeTogether"/>). Only pairs without a finding are known
    /// again: nearly all have none.
    /// </summary>
    public IReadOnlyList<MessageFinding> JudgeTogether(string before, TextBeginning after, MessagePlace place, bool withModel)
    {
        var id = digest.Of(before, after, place, withModel);
        if (cleanPairs.TryFind(id, out _)) return [];
        var found = MessageJudge.JudgeTogether(before, after, place, withModel);
        if (found.Count == 0) cleanPairs.Add(id, true);
        return found;
    }

    private static MessageJudgement Moved(MessageJudgement judgement, int by) => judgement.Findings.Count == 0 ? judgement : judgement with
    {
        Findings = [.. judgement.Findings.Select(finding => finding with { Span = new ByteRange(finding.Span.Start + by, finding.Span.Length) })],
    };
}
