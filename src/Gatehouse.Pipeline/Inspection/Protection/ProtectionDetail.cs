using System.Diagnostics.CodeAnalysis;
using Gatehouse.Detection.Findings;
using Gatehouse.Detection.Messages;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Protection;

/// <summary>
/// The detail of a record's part about secrets or personal data of one kind in a message: <c>result high mask preset-identifying card</c>. It has no
/// value. The gateway writes it, and commands over the log read it.
/// </summary>
/// <param name="Place">The place of the texts.</param>
/// <param name="Confidence">The confidence.</param>
/// <param name="Mode">The treatment.</param>
/// <param name="Rule">The rule that decided; null where a suppression, or the release by a person, let it pass.</param>
/// <param name="Name">Kind and form.</param>
public sealed record ProtectionDetail(MessagePlace Place, Confidence Confidence, ProtectionMode Mode, string? Rule, string Name)
{
    /// <summary>The beginning of the reason of such parts; the kind follows.</summary>
    public const string ReasonMark = "data-";

    private const string NoRule = "-";
    private const string DocumentMark = "document:";

    /// <summary>The place in a document of the message, such as <c>pdf/page-2</c>; null for the message itself.</summary>
    public string? Document { get; init; }

    /// <summary>The direction of a message with texts in this place.</summary>
    public ProtectionDirection Direction =>
        Place is MessagePlace.Argument or MessagePlace.Answer ? ProtectionDirection.ToServer : ProtectionDirection.ToClient;

    /// <summary>Reads a detail. Returns false for any other text.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ProtectionDetail? detail)
    {
        detail = null;
        if ((text ?? "").Split(' ') is not [var place, var confidence, var mode, var rule, var name, .. { Length: <= 1 } rest]
            || (rest is [var last] && !last.StartsWith(DocumentMark, StringComparison.Ordinal))
            || !Enum.TryParse<MessagePlace>(place, ignoreCase: true, out var knownPlace)
            || !Enum.TryParse<Confidence>(confidence, ignoreCase: true, out var knownConfidence)
            || !Enum.TryParse<ProtectionMode>(mode, ignoreCase: true, out var knownMode)) return false;
        detail = new ProtectionDetail(knownPlace, knownConfidence, knownMode, rule == NoRule ? null : rule, name)
        { Document = rest is [var document] ? document[DocumentMark.Length..] : null };
        return true;
    }

    /// <inheritdoc />
    public override string ToString() =>
        $"{Place.ToString().ToLowerInvariant()} {Confidence.ToString().ToLowerInvariant()} {ProtectionWords.Of(Mode)} {Rule ?? NoRule} {Name}"
        + (Document is null ? "" : $" {DocumentMark}{Document}");
}
