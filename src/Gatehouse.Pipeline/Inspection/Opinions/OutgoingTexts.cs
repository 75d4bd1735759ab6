using System.Text;
using Gatehouse.Detection.SensitiveData;
using Gatehouse.Pipeline.Inspection.Marks;
using Gatehouse.Policy.Matching;
using Gatehouse.Protocol.Json;
using Gatehouse.Settings;

namespace Gatehouse.Pipeline.Inspection.Opinions;

/// <summary>
/// The texts of a message as they may be sent to a service: without secrets and personal data, in pieces that the service takes (PI-02, DP-01).
/// </summary>
/// <param name="Pieces">The pieces.</param>
/// <param name="IsCut">True when the message has more text than is sent.</param>
/// <param name="Refused">The kind of data that keeps the message here; null for none.</param>
internal sealed record OutgoingTexts(IReadOnlyList<string> Pieces, bool IsCut, string? Refused)
{
    /// <summary>Most characters of a piece: the limit of Content Safety.</summary>
    public const int Longest = 10_000;

    /// <summary>Most pieces of a message.</summary>
    public const int MostPieces = 4;

    /// <summary>Returns the texts of a value.</summary>
    /// <param name="bytes">The message.</param>
    /// <param name="value">The value.</param>
    /// <param name="isFromClient">True for a message of a client: in arguments, a member <c>text</c> is one like any other.</param>
    /// <param name="settings">The kinds of the configuration.</param>
    /// <param name="neverSend">Kinds that keep a message here; null for none.</param>
    public static OutgoingTexts Of(
        ReadOnlySpan<byte> bytes, ByteRange value, bool isFromClient, ProtectionSettings settings, NameSet? neverSend)
    {
        var hits = SensitiveData.Find(bytes, value, settings.OwnKinds);
        foreach (var hit in hits)
        {
            if (neverSend?.Contains(hit.Kind) == true || neverSend?.Contains(hit.Name) == true) return new OutgoingTexts([], false, hit.Name);
        }

        var text = new StringBuilder();
        var isContent = false;
        var masked = hits.Count == 0 ? value.Of(bytes) : Masked(bytes, value, hits);
        foreach (var one in new JsonTexts(masked, new ByteRange(0, masked.Length)))
        {
            var token = one.Token.Of(masked);
            if (one.IsName) isContent = !isFromClient && JsonText.Is(token, "text"u8);
            else if (isContent || UntrustedText.IsSentence(token)) text.Append(JsonText.Decode(token)).Append('\n');
            if (text.Length > Longest * MostPieces) break;
        }

        return InPieces(text);
    }

    // Also those of low confidence: what leaves for another company is masked more than what a server of this one gets.
    private static byte[] Masked(ReadOnlySpan<byte> bytes, ByteRange value, IReadOnlyList<SensitiveHit> hits)
    {
        List<byte> masked = new(value.Length);
        var at = value.Start;
        foreach (var hit in hits)
        {
            masked.AddRange(bytes[at..hit.Span.Start]);
            masked.AddRange(SensitiveData.Placeholder(hit));
            at = hit.Span.End;
        }

        masked.AddRange(bytes[at..value.End]);
        return [.. masked];
    }

    // A piece ends between words where it can, and never within a pair of surrogates.
    private static OutgoingTexts InPieces(StringBuilder text)
    {
        List<string> pieces = [];
        var all = text.ToString().AsSpan().TrimEnd();
        while (all.Length > 0 && pieces.Count < MostPieces)
        {
            var length = Math.Min(Longest, all.Length);
            if (length < all.Length)
            {
                var space = all[..length].LastIndexOfAny(" \n\t");
                if (space > Longest / 2) length = space + 1;
                else if (char.IsHighSurrogate(all[length - 1])) length--;
            }

            pieces.Add(all[..length].ToString());
            all = all[length..];
        }

        return new OutgoingTexts(pieces, all.Length > 0, null);
    }
}
