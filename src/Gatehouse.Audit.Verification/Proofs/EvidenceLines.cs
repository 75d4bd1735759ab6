using System.Text;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verification.Proofs;

/// <summary>The lines of an evidence file, each within a bound.</summary>
internal static class EvidenceLines
{
    // An entry in base64, with the word before it.
    private const int LongestLine = (ushort.MaxValue + 3) / 3 * 4 + 16;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the lines. A line that is too long, not UTF-8 or without its end is null, and the last.</summary>
    /// <exception cref="IOException">It is no regular file, or cannot be read.</exception>
    public static IEnumerable<string?> Read(string path)
    {
        FileKind.RequireRegular(path);
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var buffer = new byte[2 * LongestLine];
        var (start, end) = (0, 0);
        long offset = 0;
        while (true)
        {
            var stop = buffer.AsSpan(start, end - start).IndexOf((byte)'\n');
            if (stop >= 0 && stop <= LongestLine)
            {
                var line = Text(buffer.AsSpan(start, stop));
                yield return line;
                if (line is null) yield break;
                start += stop + 1;
                continue;
            }

            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            (start, end) = (0, end - start);
            var read = end > LongestLine ? 0 : RandomAccess.Read(file, buffer.AsSpan(end), offset);
            if (read == 0)
            {
                if (end > 0) yield return null;
                yield break;
            }

            (end, offset) = (end + read, offset + read);
        }
    }

    private static string? Text(ReadOnlySpan<byte> line)
    {
        try
        {
            return Strict.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
