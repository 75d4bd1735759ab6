using System.Text;

namespace Gatehouse.Range.Running;

/// <summary>Everything that a system wrote, as a person finds it who can read its files and cannot open what is sealed.</summary>
/// <param name="log">The lines for operators.</param>
/// <param name="folder">The folder with its files: record, store and keys; null where it has none.</param>
internal sealed class WrittenText(AccessLog log, string? folder)
{
    /// <summary>Returns whether a value is written anywhere: plain, in UTF-16, in hexadecimal, in base64 or percent-encoded.</summary>
    public bool Holds(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        string[] forms =
        [
            value, string.Concat(value.Select(letter => $"{letter}\0")), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
            Convert.ToBase64String(bytes).TrimEnd('='), string.Concat(bytes.Select(one => $"%{one:X2}")),
        ];
        return Texts().Any(text => forms.Any(form => text.Contains(form, StringComparison.Ordinal)));
    }

    private IEnumerable<string> Texts()
    {
        yield return log.Text;
        if (folder is null) yield break;
        foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(path => Path.GetFileName(path) != "lock"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file, Encoding.Latin1);
            yield return reader.ReadToEnd();
        }
    }
}
