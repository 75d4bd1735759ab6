using System.Text;

namespace Gatehouse.Detection.Text;

/// <summary>Resolves percent encodings.</summary>
internal static class PercentText
{
    /// <summary>Returns the reading, or null where nothing is encoded.</summary>
    public static TextView? Decode(TextView parent, int most)
    {
        var text = parent.Letters;
        if (!text.Contains('%')) return null;
        var view = parent.Derive(ViewKind.Percent, most);
        var changed = false;
        Span<byte> bytes = stackalloc byte[4];
        for (var at = 0; at < text.Length;)
        {
            at = view.CopyUntil('%', at);
            if (at == text.Length) break;
            var count = EscapedBytes.Read(text[at..], '%', bytes);
            if (count == 0 || Rune.DecodeFromUtf8(bytes[..count], out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                view.Copy(at++, 1);
                continue;
            }

            view.Replace(rune, at, 3 * used);
            at += 3 * used;
            changed = true;
        }

        return view.OrNothing(changed);
    }
}
