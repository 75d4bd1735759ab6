using System.Text.Json;
using Gatehouse.Corpus;
using Gatehouse.Detection.Messages;

namespace Gatehouse.Bench.Areas;

/// <summary>Text in which the inspection finds nothing: harmless results of the corpus, one after the other.</summary>
internal static class CleanText
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Returns English text in ASCII of at least so many characters; after all texts it begins again.</summary>
    /// <param name="root">The root of the repository.</param>
    /// <param name="length">The least length.</param>
    public static string Of(string root, int length)
    {
        var texts = Corpus(root).Where(static entry => !entry.IsAttack && !entry.IsDefinition && entry.Language == "en" && entry.Text.All(char.IsAscii))
            .Select(static entry => entry.Text)
            .Where(static text => MessageJudge.Judge(Result(text), new(0, Result(text).Length), MessagePlace.Result).Findings.Count == 0);
        var clean = string.Join('\n', texts);
        return string.Concat(Enumerable.Repeat(clean, (length / clean.Length) + 1));
    }

    /// <summary>Returns the texts of the corpus.</summary>
    public static IReadOnlyList<CorpusEntry> Corpus(string root) => CorpusReader.Read(Path.Join(root, "corpus"));

    /// <summary>Returns the answer of a call with one text.</summary>
    public static byte[] Result(string text) =>
        [.. """{"jsonrpc":"2.0","id":1,"result":{"resultType":"complete","content":[{"type":"text","text":"""u8,
            .. JsonSerializer.SerializeToUtf8Bytes(text, Plain), .. "}]}}"u8];
}
