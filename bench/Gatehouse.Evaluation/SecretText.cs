using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Evaluation;

/// <summary>A text with or without a secret, from a public set. Its text is data.</summary>
/// <param name="Text">The text.</param>
/// <param name="IsSecret">True when it holds a secret.</param>
/// <param name="Kind">The kind, as the set names it.</param>
/// <param name="Source">The set.</param>
internal sealed record SecretText(string Text, bool IsSecret, string Kind, string Source)
{
    /// <summary>Reads a file of the project's own public set.</summary>
    public static List<SecretText> OfSet(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        var read = new List<SecretText>();
        while (reader.ReadLine() is { } line)
        {
            using var row = JsonDocument.Parse(line);
            var isSecret = row.RootElement.GetProperty("label").GetInt32() == 1;
            var kind = isSecret ? row.RootElement.GetProperty("spans")[0].GetProperty("type").GetString()! : "harmless";
            read.Add(new SecretText(row.RootElement.GetProperty("text").GetString()!, isSecret, kind, Path.GetFileName(path)));
        }

        return read;
    }

    /// <summary>Reads the examples of a rule set: YAML rules with examples, or Go rules with literals for and against each rule.</summary>
    /// <param name="folder">A checkout.</param>
    public static List<SecretText> OfRules(string folder)
    {
        var source = Path.GetFileName(Path.TrimEndingDirectorySeparator(folder));
        return [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).SelectMany(file =>
            OfFile(file).Select(example => new SecretText(example.Text, example.IsSecret, example.IsSecret ? "example" : "counterexample",
                file.EndsWith(".go", StringComparison.Ordinal) ? $"{source}, {(IsRead(file) ? "read" : "not read")}" : source))).Distinct()];
    }

    // Half of the files of a set, by the digest of their names, may be read to find faults. The other half is only counted.
    private static bool IsRead(string file) => SHA256.HashData(Encoding.UTF8.GetBytes(Path.GetFileName(file)))[0] % 2 == 0;

    private static IEnumerable<(string Text, bool IsSecret)> OfFile(string file) => Path.GetExtension(file) switch
    {
        ".yml" or ".yaml" => RuleExamples.OfYaml(File.ReadAllText(file)),
        ".go" => RuleExamples.OfGo(File.ReadAllText(file)),
        _ => [],
    };
}
