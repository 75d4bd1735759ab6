using System.Diagnostics.CodeAnalysis;

namespace Gatehouse.Audit.Tree;

/// <summary>
/// Standard base64 with padding and no other character (RFC 4648, section 4). One value has one spelling (section 3.5): a note that two readers
/// could spell differently would have two digests.
/// </summary>
internal static class CanonicalBase64
{
    public static bool TryDecode(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        var room = new byte[(text.Length / 4 * 3) + 3];
        if (text.Length % 4 != 0 || !Convert.TryFromBase64String(text, room, out var written)) return false;
        if (Convert.ToBase64String(room.AsSpan(0, written)) != text) return false;
        bytes = room[..written];
        return true;
    }
}
