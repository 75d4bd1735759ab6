using System.Text.Json;
using Gatehouse.Documents.Formats;
using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Tests;

/// <summary>What one run found in a document.</summary>
internal sealed record Extracted(string Kind, IReadOnlyList<(string Place, string Text)> Texts, IReadOnlyList<(string Place, string Cause)> Unread)
{
    /// <summary>Sensitivity labels.</summary>
    public IReadOnlyList<(string Place, string Id, string Name)> Labels { get; init; } = [];

    /// <summary>Reads a document in this process.</summary>
    public static Extracted Of(byte[] document, TimeSpan? time = null)
    {
        using var output = new MemoryStream();
        using (var run = new Extraction(output, time ?? TimeSpan.FromMinutes(5))) run.End(DocumentScope.Read(run, DocumentFormats.Of, document));
        return Parse(System.Text.Encoding.UTF8.GetString(output.ToArray()))!;
    }

    /// <summary>Reads the output of a run; null where its last line is missing.</summary>
    public static Extracted? Parse(string output)
    {
        List<(string, string)> texts = [];
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.TryGetProperty("kind", out var kind))
            {
                return new Extracted(kind.GetString()!, texts,
                    [.. root.GetProperty("unread").EnumerateArray().Select(one => (one.GetProperty("place").GetString()!, one.GetProperty("cause").GetString()!))])
                {
                    Labels =
                    [
                        .. root.GetProperty("labels").EnumerateArray().Select(static one => (one.GetProperty("place").GetString()!,
                            one.GetProperty("id").GetString()!, one.GetProperty("name").GetString()!)),
                    ],
                };
            }

            texts.Add((root.GetProperty("place").GetString()!, root.GetProperty("text").GetString()!));
        }

        return null;
    }

    /// <summary>Requires a text that has the words, at the place.</summary>
    public void Has(string place, string words) =>
        Assert.True(Texts.Any(one => one.Place == place && one.Text.Contains(words, StringComparison.Ordinal)),
            $"'{words}' at {place}, in:\n{string.Join('\n', Texts.Select(one => $"{one.Place}: {one.Text}"))}\n{string.Join(' ', Unread)}");

    /// <summary>Requires that all was read.</summary>
    public void IsWhole() => Assert.Empty(Unread);
}
