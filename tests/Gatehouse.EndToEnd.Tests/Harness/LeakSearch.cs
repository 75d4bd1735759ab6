using System.Text;
using System.Text.Json;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>The search for a secret in everything that a program writes, in the forms that a program would give it.</summary>
internal static class LeakSearch
{
    /// <summary>Returns the places that hold a secret in any form, with the form.</summary>
    public static IReadOnlyList<string> Find(string secret, IEnumerable<(string Name, byte[] Content)> places)
    {
        var forms = Forms(secret).ToList();
        return [.. places.SelectMany(place => forms
            .Where(form => place.Content.AsSpan().IndexOf(form.Bytes) >= 0).Select(form => $"{place.Name}: {form.Name}"))];
    }

    /// <summary>All files below a folder, the journal of the store among them. A socket has no content.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Files(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            if (Read(file) is { } content) yield return (file, content);
        }
    }

    /// <summary>The arguments of all processes of the machine, as other accounts see them.</summary>
    public static IEnumerable<(string Name, byte[] Content)> Arguments()
    {
        foreach (var process in Directory.EnumerateDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            if (Read(Path.Join(process, "cmdline")) is { } content) yield return (process, content);
        }
    }

    public static (string Name, byte[] Content) Text(string name, string text) => (name, Encoding.UTF8.GetBytes(text));

    private static byte[]? Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            return copy.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Forms(string secret)
    {
        var utf8 = Encoding.UTF8.GetBytes(secret);
        yield return ("plain", utf8);
        yield return ("reversed", [.. utf8.Reverse()]);
        yield return ("UTF-16", Encoding.Unicode.GetBytes(secret));
        yield return ("UTF-16, big-endian", Encoding.BigEndianUnicode.GetBytes(secret));
        yield return ("hex", Encoding.ASCII.GetBytes(Convert.ToHexString(utf8)));
        yield return ("hex, small", Encoding.ASCII.GetBytes(Convert.ToHexStringLower(utf8)));
        yield return ("URL", Encoding.ASCII.GetBytes(Uri.EscapeDataString(secret)));
        yield return ("JSON", Encoding.ASCII.GetBytes(JsonEncodedText.Encode(secret).ToString()));
        // A text has three forms in base64, by its place; the middle of each is the same wherever it is.
        for (var shift = 0; shift < 3; shift++)
        {
            var base64 = Convert.ToBase64String([.. new byte[shift], .. utf8]);
            yield return ($"base64, {shift}", Encoding.ASCII.GetBytes(base64[4..^4]));
            yield return ($"base64url, {shift}", Encoding.ASCII.GetBytes(base64[4..^4].Replace('+', '-').Replace('/', '_')));
        }
    }
}
