using System.IO.Compression;
using System.Text.Json;

namespace Gatehouse.Corpus;

/// <summary>The reader of the corpus: compressed JSON Lines, a file for each author.</summary>
public static class CorpusReader
{
    /// <summary>The authors whose texts choose models and thresholds but train none.</summary>
    public static IReadOnlyList<string> Development { get; } = ["a10", "a11", "a12"];

    /// <summary>The authors whose texts are judged once, after everything else is fixed. Their files may be absent.</summary>
    public static IReadOnlyList<string> HeldBack { get; } = ["a43", "a44"];

    private static readonly JsonSerializerOptions Form = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Returns the folder of the corpus in the checkout that the running program was built in.</summary>
    /// <exception cref="DirectoryNotFoundException">The program runs outside of a checkout.</exception>
    public static string FindFolder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Join(at.FullName, "Gatehouse.slnx"))) return Path.Join(at.FullName, "corpus");
        }

        throw new DirectoryNotFoundException($"no checkout above {AppContext.BaseDirectory}: the corpus is its folder 'corpus'");
    }

    /// <summary>Reads every file of a folder, in the order of names.</summary>
    /// <exception cref="InvalidDataException">A line is no entry; the message names file and line.</exception>
    public static IReadOnlyList<CorpusEntry> Read(string folder) =>
        [.. Directory.GetFiles(folder, "*.jsonl.gz").Order(StringComparer.Ordinal).SelectMany(ReadFile)];

    private static List<CorpusEntry> ReadFile(string path)
    {
        var entries = new List<CorpusEntry>();
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            try
            {
                entries.Add(JsonSerializer.Deserialize<CorpusEntry>(line, Form) ?? throw new JsonException("the line is null"));
            }
            catch (JsonException e)
            {
                throw new InvalidDataException($"{path}, line {entries.Count + 1}: {e.Message}", e);
            }
        }

        return entries;
    }
}
