using System.Text;

namespace Gatehouse.Bench.Hosts;

/// <summary>
/// Results of one size whose texts cost the inspection differently: <c>none-</c> has numbers and no text, <c>again-</c> the same text each time, and
/// <c>differ-</c> another text each time.
/// </summary>
/// <param name="clean">Clean text without signs that JSON escapes, much longer than a result.</param>
internal sealed class TextAnswers(string clean)
{
    private const int Number = 16;

    // Prime, so that the beginnings of texts do not come again soon.
    private const int Step = 1_000_003;

    private readonly Dictionary<string, byte[]> fixedResults = Sizes.SelectMany(size => new[]
    {
        ("none-" + size, Numbers(LengthOf(size))),
        ("again-" + size, Text(0, clean.AsSpan(0, LengthOf(size)))),
    }).ToDictionary(StringComparer.Ordinal);

    private long count;

    /// <summary>The sizes of results, as in the names of their tools.</summary>
    public static IReadOnlyList<string> Sizes { get; } = ["200", "10k"];

    /// <summary>Names of the tools.</summary>
    public static IReadOnlyList<string> Tools { get; } =
        [.. new[] { "none", "again", "differ" }.SelectMany(kind => Sizes.Select(size => $"{kind}-{size}"))];

    /// <summary>Reads the text from a file.</summary>
    public static TextAnswers Read(string path) => new(File.ReadAllText(path));

    /// <summary>Returns the result of a call of a tool.</summary>
    public byte[] ResultOf(string tool) => fixedResults.TryGetValue(tool, out var result) ? result : Next(LengthOf(tool[(tool.IndexOf('-') + 1)..]));

    private byte[] Next(int length)
    {
        var number = Interlocked.Increment(ref count);
        return Text(number, clean.AsSpan((int)(number * Step % (clean.Length - length)), length));
    }

    private static int LengthOf(string size) => size == "10k" ? 10_160 : 120;

    // A text that ends within a sentence is judged together with the next ones as well. Most texts end with their last sentence.
    private static byte[] Text(long number, ReadOnlySpan<char> text) =>
        Encoding.UTF8.GetBytes($$"""{"resultType":"complete","content":[{"type":"text","text":"Answer {{number}}: {{text}}."}],"isError":false}""");

    private static byte[] Numbers(int length) => Encoding.UTF8.GetBytes(
        $$"""{"resultType":"complete","content":[],"structuredContent":{"values":[{{string.Join(',', Enumerable.Range(0, length / Number).Select(at =>
            100_000_000_000_000 + at))}}]},"isError":false}""");
}
