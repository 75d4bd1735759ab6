namespace Gatehouse.Audit.Tests.Verification;

/// <summary>A folder with the segments of a log, for tests of readers.</summary>
internal sealed class LogFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gatehouse-log-");

    public string Path => folder.FullName;

    public string Segment(int number) => System.IO.Path.Join(Path, $"audit-{number:D10}.jsonl");

    public LogFolder Write(int number, params IEnumerable<string> lines)
    {
        File.WriteAllText(Segment(number), string.Concat(lines.Select(line => line + "\n")));
        return this;
    }

    public string[] Lines(int number) => File.ReadAllLines(Segment(number));

    public void Dispose() => folder.Delete(recursive: true);
}
