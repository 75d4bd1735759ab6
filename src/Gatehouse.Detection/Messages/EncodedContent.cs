using Gatehouse.Detection.Text;
using Gatehouse.Protocol.Json;

namespace Gatehouse.Detection.Messages;

/// <summary>
/// Content in base64 that no reading shows: images, audio, documents. MCP has it in <c>data</c> of an image or audio, and in <c>blob</c> of a
/// resource.
/// </summary>
/// <remarks>
/// The threat: a model reads an instruction in an image or a document, and the record of the exchange looks as if everything had been read (MCP06).
/// </remarks>
internal static class EncodedContent
{
    // A shorter run of the alphabet can be a word, an id or a digest.
    private const int SurelyEncoded = 65;

    /// <summary>Returns whether a member always holds base64.</summary>
    public static bool IsBlob(ReadOnlySpan<byte> name) => JsonText.Is(name, "blob"u8);

    /// <summary>Returns whether a member holds base64 in an image or audio. Elsewhere it can be text.</summary>
    public static bool IsData(ReadOnlySpan<byte> name) => JsonText.Is(name, "data"u8);

    /// <summary>Returns whether a value is the type of a content whose data are base64.</summary>
    public static bool IsMedium(ReadOnlySpan<byte> value) => JsonText.Is(value, "image"u8) || JsonText.Is(value, "audio"u8);

    /// <summary>Returns whether a slice of a string has a run of base64 that can be nothing else, and that no reading shows.</summary>
    public static bool IsSurelyUnread(ReadOnlySpan<char> slice) => HasUnread(slice, SurelyEncoded, out _, out _);

    /// <summary>Returns whether a slice of a value in base64 has a part that no reading shows.</summary>
    /// <param name="slice">The slice.</param>
    /// <param name="isFirst">True for the first slice: one without a run that a reading could show was not read.</param>
    public static bool IsUnread(ReadOnlySpan<char> slice, bool isFirst) =>
        HasUnread(slice, EncodedRuns.Shortest, out var hasRun, out var passedOver) || (isFirst && !hasRun && !slice.IsEmpty)
            || passedOver >= SurelyEncoded;

    // Threat: an image in short lines behind one long line of text, which a decoder of base64 joins. No reading shows the short ones.
    private static bool HasUnread(ReadOnlySpan<char> slice, int shortest, out bool hasRun, out int passedOver)
    {
        (hasRun, passedOver) = (false, 0);
        for (var at = 0; at < slice.Length;)
        {
            var length = slice[at..].IndexOfAnyExcept(EncodedRuns.Base64Digits);
            if (length < 0) length = slice.Length - at;
            if (length >= shortest)
            {
                hasRun = true;
                if (!EncodedRuns.HoldsText(slice.Slice(at, length))) return true;
            }
            else
            {
                passedOver += length;
            }

            at += length + 1;
        }

        return false;
    }
}
