using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Texts;

/// <summary>
/// The detail of a record's part about a finding in a text of a message: its place, confidence, span and score, and the rule that decided. The
/// gateway writes it, and commands over the log read it: <c>result medium 120+34 score 0.31 quoted mail-results</c>.
/// </summary>
public sealed record TextFindingDetail
{
    private const string ReasonMark = "text-";
    private const string Suppressed = "suppressed";
    private const string PutAside = "set-aside";
    private const string Quoted = "quoted";
    private const string Joint = "joined";
    private const string DocumentMark = "document:";
    private const string UnreadMark = "unread:";
    private const string ScoreMark = "score";
    private const string Shadow = "shadow";

    /// <summary>The place of the text.</summary>
    public required MessagePlace Place { get; init; }

    /// <summary>The confidence; null for a finding about the message as a whole, such as a text that was not read.</summary>
    public Confidence? Confidence { get; init; }

    /// <summary>
    /// The bytes of the message that prove it, or with <see cref="Earlier"/> those of its part; absent where there is no confidence.
    /// </summary>
    public ByteRange Span { get; init; }

    /// <summary>The score of the learned model; null where a rule of the detection found it.</summary>
    public double? Score { get; init; }

    /// <summary>True when words around it say that it is quoted.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>
    /// The place in the document that <see cref="Span"/> holds in base64, such as <c>pdf/page-2/annotation</c>; null for a text of the message itself.
    /// </summary>
    public string? Document { get; init; }

    /// <summary>The cause for which the document was not read there, such as <c>encrypted</c>; null for any other finding.</summary>
    public string? Unread { get; init; }

    /// <summary>The server of the earlier answer in which the sentence began; null for a finding in one message.</summary>
    public string? Earlier { get; init; }

    /// <summary>True when a suppression of the configuration is about it.</summary>
    public bool IsSuppressed { get; init; }

    /// <summary>True when a person set it aside in a released result.</summary>
    public bool IsSetAside { get; init; }

    /// <summary>The rule that matched; null for one that is suppressed or set aside, or about no single message.</summary>
    public string? Rule { get; init; }

    /// <summary>The action that a rule in shadow would have taken; null for the rule that decided.</summary>
    public InspectionAction? ShadowAction { get; init; }

    /// <summary>Returns the detail of a finding, without a rule.</summary>
    public static TextFindingDetail Of(MessagePlace place, MessageFinding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new TextFindingDetail
        {
            Place = place,
            Confidence = finding.Confidence,
            Span = finding.Span,
            Score = finding.Score,
            IsQuoted = finding.IsQuoted,
        };
    }

    /// <summary>Returns the reason of parts about a kind of finding.</summary>
    public static string Reason(FindingRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return ReasonMark + rule.Id.ToLowerInvariant();
    }

    /// <summary>Returns the kind of finding that the reason of a part names; null for any other part.</summary>
    public static FindingRule? RuleOf(string? reason) =>
        reason is not null && reason.StartsWith(ReasonMark, StringComparison.Ordinal) ? DetectionRules.Find(reason[ReasonMark.Length..]) : null;

    /// <summary>Reads a detail. Returns false for a text that is none.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TextFindingDetail? detail)
    {
        detail = null;
        var words = (text ?? "").Split(' ');
        if (!TryWord<MessagePlace>(words[0], out var place)) return false;
        detail = new TextFindingDetail { Place = place };
        var at = 1;
        if (words.Length > 2 && TryWord<Confidence>(words[1], out var confidence) && TrySpan(words[2], out var span))
        {
            detail = detail with { Confidence = confidence, Span = span };
            at = 3;
        }

        // Only a finding with a confidence has a score or is quoted: a rule may have the name of a word.
        if (at > 1 && words.Length > at + 2 && words[at] == ScoreMark && TryScore(words[at + 1], out var score))
        {
            detail = detail with { Score = score };
            at += 2;
        }

        if (at > 1 && words.Length > at + 1 && words[at] == Quoted)
        {
            detail = detail with { IsQuoted = true };
            at++;
        }

        if (Marked(words, at, DocumentMark) is { } document)
        {
            detail = detail with { Document = document };
            at++;
            if (Marked(words, at, UnreadMark) is { } cause)
            {
                detail = detail with { Unread = cause };
                at++;
            }
        }

        if (at > 1 && words.Length > at + 2 && words[at] == Joint)
        {
            detail = detail with { Earlier = words[at + 1] };
            at += 2;
        }

        return TryEnd(words[at..], ref detail);
    }

    /// <inheritdoc />
    public override string ToString()
    {
        var words = new List<string> { Word(Place) };
        if (Confidence is { } confidence)
            words.AddRange([Word(confidence), string.Create(CultureInfo.InvariantCulture, $"{Span.Start}+{Span.Length}")]);
        if (Score is { } score) words.AddRange([ScoreMark, score.ToString("0.00", CultureInfo.InvariantCulture)]);
        if (IsQuoted) words.Add(Quoted);
        if (Document is not null) words.Add(DocumentMark + Document);
        if (Unread is not null) words.Add(UnreadMark + Unread);
        if (Earlier is not null) words.AddRange([Joint, Earlier]);
        if (IsSuppressed) words.Add(Suppressed);
        if (IsSetAside) words.Add(PutAside);
        if (Rule is not null) words.Add(Rule);
        if (ShadowAction is { } action) words.AddRange([Shadow, Word(action)]);
        return string.Join(' ', words);
    }

    // No rule has a name with a colon.
    private static string? Marked(string[] words, int at, string mark) =>
        words.Length > at && words[at].StartsWith(mark, StringComparison.Ordinal) ? words[at][mark.Length..] : null;

    private static bool TryEnd(string[] words, ref TextFindingDetail detail)
    {
        switch (words)
        {
            case []:
                return true;
            case [Suppressed]:
                detail = detail with { IsSuppressed = true };
                return true;
            case [PutAside]:
                detail = detail with { IsSetAside = true };
                return true;
            case [var rule]:
                detail = detail with { Rule = rule };
                return true;
            case [var rule, Shadow, var word] when TryWord<InspectionAction>(word, out var action):
                detail = detail with { Rule = rule, ShadowAction = action };
                return true;
            default:
                return false;
        }
    }

    private static bool TrySpan(string word, out ByteRange span)
    {
        var parts = word.Split('+');
        span = default;
        if (parts.Length != 2 || !TryNumber(parts[0], out var start) || !TryNumber(parts[1], out var length)) return false;
        span = new ByteRange(start, length);
        return true;
    }

    private static bool TryScore(string word, out double score) => double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out score);

    private static bool TryNumber(string word, out int number) => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool TryWord<T>(string word, out T value) where T : struct, Enum =>
        Enum.TryParse(word, ignoreCase: true, out value) && Word(value) == word;

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
