using Gatehouse.Detection.Concepts;
using Gatehouse.Detection.Content;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// One pass over the texts of one message: every string is read as it is written, joined with its neighbours, and in every reading that its signs ask
/// for.
/// </summary>
/// <remarks>
/// Reused; not safe for concurrent use. Work is counted in characters that are judged: those of the message, and of decoded readings up to the
/// budget. It is linear in the message. The threats: an instruction in a place that nothing reads (design rule 9), one that an encoding hides, one in
/// parts (MCP06), and a message that costs the gateway more than it cost its sender (CWE-400).
/// </remarks>
internal sealed class MessageScan
{
    private const int SmallestBudget = 16_384;

    // More than the documents of a message that are read, so that one of more is always left over.
    private const int MostUnread = 32;

    private readonly ReadingFlow flow = new();
    private readonly ReadingFlow inner = new();
    private readonly ReadingFlow joined = new();
    private readonly TokenText token = new();
    private readonly OtherReadings others = new();
    private readonly List<ConceptMark> marks = [];
    private readonly List<MessageRules.Hit> hits = [];
    private readonly List<MessageFinding> findings = [];
    private PassageModel model = PassageModel.None;
    private PassageSums? sums;
    private long left;
    private int joinedParts;
    private int stringStart;
    private bool isConstant;
    private bool isBlob;
    private bool isData;
    private bool isType;
    private bool hasMedium;
    private readonly List<ByteRange> doubtful = []; // data that are base64 if the content is an image or audio
    private readonly List<ByteRange> unreadValues = [];
    private bool isUnread;
    private double best;

    /// <summary>Judges the texts of a value.</summary>
    public MessageJudgement Judge(ReadOnlySpan<byte> message, ByteRange value, PassageModel model, int budget)
    {
        Begin(model, value.Length, budget);
        foreach (var text in new JsonTexts(message, value)) Read(message, text);
        JudgeBlock(flow, null);
        JudgeJoined();
        if (hasMedium) doubtful.ForEach(AddUnread);
        model.Return(sums);
        sums = null;
        // A list keeps the room that one message needed; what many findings needed is given back.
        if (marks.Capacity > 4096) marks.Capacity = 0;
        if (findings.Count == 0 && !isUnread && double.IsNegativeInfinity(best)) return Clean;
        var found = findings.OrderByDescending(one => one.Confidence).ThenByDescending(one => one.Rule.Severity);
        return new MessageJudgement([.. found], isUnread, best) { UnreadValues = unreadValues.Count == 0 ? [] : [.. unreadValues] };
    }

    private static MessageJudgement Clean { get; } = new([], IsUnread: false, double.NegativeInfinity);

    private void Begin(PassageModel with, int length, int budget)
    {
        (model, sums) = (with, with.Take());
        left = Math.Max(SmallestBudget, (long)budget * length) - length;
        (joinedParts, isConstant, isUnread, best) = (0, false, false, double.NegativeInfinity);
        (isBlob, isData, isType, hasMedium) = (false, false, false, false);
        doubtful.Clear();
        unreadValues.Clear();
        findings.Clear();
        flow.Clear();
        joined.Clear();
    }

    private void Read(ReadOnlySpan<byte> message, JsonTextToken text)
    {
        var (at, end) = (text.Token.Start + 1, text.Token.End - 1);
        flow.Break(at);
        stringStart = flow.Count;
        var isFirst = true;
        while (at < end)
        {
            at = token.Read(message, at, end, isFirst);
            Append(isFirst && !text.IsName && !isConstant);
            ReadOtherwise();
            if ((isBlob || isData) && !text.IsName) FindUnread(text.Token, isFirst);
            isFirst = false;
        }

        if (text.IsName) ReadName(text.Token.Of(message));
        else if (!isFirst && !isConstant) Join(stringStart);
        hasMedium |= isType && !text.IsName && EncodedContent.IsMedium(text.Token.Of(message));
    }

    private void ReadName(ReadOnlySpan<byte> name)
    {
        isConstant = IsConstant(name);
        (isBlob, isData, isType) = (EncodedContent.IsBlob(name), EncodedContent.IsData(name), JsonText.Is(name, "type"u8));
    }

    private void FindUnread(ByteRange value, bool isFirst)
    {
        if (isBlob ? EncodedContent.IsUnread(token.Letters, isFirst) : EncodedContent.IsSurelyUnread(token.Letters)) AddUnread(value);
        else if (doubtful.Count < MostUnread && EncodedContent.IsUnread(token.Letters, isFirst)) doubtful.Add(value);
    }

    private void AddUnread(ByteRange value)
    {
        if (unreadValues.Count < MostUnread && !unreadValues.Contains(value)) unreadValues.Add(value);
        if (findings.Exists(static one => one.Rule == DetectionRules.UnreadContent)) return;
        findings.Add(new MessageFinding(DetectionRules.UnreadContent, Confidence.Low, value, "it holds content in base64 that was not read", null));
    }

    /// <summary>Returns whether a name is that of a member with a word of the protocol, which is no part of a text.</summary>
    internal static bool IsConstant(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("\"type\""u8) || name.SequenceEqual("\"role\""u8) || name.SequenceEqual("\"mimeType\""u8)
            || name.SequenceEqual("\"resultType\""u8);

    private void Append(bool beginsText)
    {
        var letters = token.Letters;
        if (beginsText && !Continues(letters[0])) JudgeJoined();
        for (var i = 0; i < letters.Length;)
        {
            if (flow.Room <= Folding.Longest)
            {
                JudgeBlock(flow, null);
                var count = flow.Count;
                flow.CarryOver();
                stringStart = Math.Max(0, stringStart - (count - flow.Count));
            }

            i += flow.Fold(letters[i..], token.Starts[i..], token.Ends[i..]);
        }
    }

    // Text that is split over neighbouring strings within a sentence: each part begins in small letters after one that ends with a letter.
    private bool Continues(char first) => joinedParts > 0 && char.IsLetter(joined.Last) && char.IsLetter(first) && !char.IsUpper(first);

    // Of a string over the size of a block, the part in this block: the next string may continue its end.
    private void Join(int from)
    {
        if (joinedParts == 0) joined.Clear();
        for (var at = from; at < flow.Count;)
        {
            var length = Math.Min(flow.Count - at, joined.Room);
            joined.Copy(flow, at, length);
            at += length;
            if (at == flow.Count) break;
            if (joinedParts > 0 && Spend(joined.Count)) JudgeBlock(joined, null);
            joined.CarryOver();
        }

        joinedParts++;
    }

    private void JudgeJoined()
    {
        if (joinedParts > 1 && Spend(joined.Count)) JudgeBlock(joined, null);
        joinedParts = 0;
        joined.Clear();
    }

    private void ReadOtherwise()
    {
        foreach (var region in others.Find(token))
        {
            // Decoding is work as well, whatever comes of it.
            if (!Spend(region.End - region.Start)) return;
            var views = others.Read(token, region);
            isUnread |= views.IsCut;
            for (var at = 1; at < views.Readings.Count; at++) JudgeView(views.Readings[at], isFolded: false);
            foreach (var view in views.Respelled) JudgeView(view, isFolded: true);
        }
    }

    private void JudgeView(TextView view, bool isFolded)
    {
        if (!Spend(view.Length)) return;
        inner.Clear();
        for (var at = 0; at < view.Length;)
        {
            if (inner.Room <= Folding.Longest)
            {
                JudgeBlock(inner, view.Kind);
                inner.CarryOver();
            }

            at += isFolded ? inner.Copy(view.Letters[at..], view.Starts[at..], view.Ends[at..])
                : inner.Fold(view.Letters[at..], view.Starts[at..], view.Ends[at..]);
        }

        JudgeBlock(inner, view.Kind);
    }

    private bool Spend(int characters)
    {
        left -= characters;
        if (left >= 0) return true;
        isUnread = true;
        return false;
    }

    private void JudgeBlock(ReadingFlow block, ViewKind? decoded)
    {
        if (block.Count <= block.Seen) return;
        var letters = block.Letters;
        marks.Clear();
        hits.Clear();
        ConceptTable.Default.Find(letters, marks, Concept.Unbound, isWithinWords: decoded == ViewKind.Joined);
        MessageRules.Judge(letters, marks, hits, model.IsPrompt);
        foreach (var hit in hits) Add(block, hit.Rule, hit.Confidence, hit.Start, hit.Length, hit.Message, null, decoded);
        // A stretch that was decoded within a text is one of the many of that text.
        var score = model.Best(sums, letters, IsWithin(decoded) ? token.All.Length : letters.Length, out var start, out var length);
        best = Math.Max(best, score);
        if (model.ConfidenceOf(score) is { } confidence)
            Add(block, DetectionRules.Imperative, confidence, start, length, FindingSentences.Passage, score, decoded);
    }

    private void Add(
        ReadingFlow block, FindingRule rule, Confidence confidence, int start, int length, string message, double? score, ViewKind? decoded)
    {
        (confidence, var isQuoted) = MessageRules.InContext(block.Letters, marks, start, length, confidence);
        // An honest author does not hide an ordinary sentence.
        if (IsHidden(decoded)) (confidence, message) = (Confidence.High, message + ", in an encoding");
        var finding = new MessageFinding(rule, confidence, block.Span(start, length), message, score) { IsQuoted = isQuoted, Reading = decoded };
        var at = findings.FindIndex(known => known.Rule == rule);
        if (at < 0) findings.Add(finding);
        else if (finding.Confidence > findings[at].Confidence) findings[at] = finding;
    }

    // Every other reading has the text around what is decoded.
    private static bool IsWithin(ViewKind? decoded) => decoded is not null && !IsHidden(decoded);

    private static bool IsHidden(ViewKind? decoded) => decoded is ViewKind.Tags or ViewKind.Selectors or ViewKind.InvisibleBits or ViewKind.Rot13
        or ViewKind.Mirrored or ViewKind.Base64 or ViewKind.Hexadecimal;
}
