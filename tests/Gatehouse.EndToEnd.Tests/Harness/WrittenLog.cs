using System.Text;
using Gatehouse.Audit.Tree;

namespace Gatehouse.EndToEnd.Tests.Harness;

/// <summary>A log whose entries a test gives as text: in the journal of a log that has no checkpoint yet.</summary>
internal static class WrittenLog
{
    /// <summary>Writes the log <c>log-0001</c> into a folder, in place of the one that is there.</summary>
    public static void Write(string directory, params IEnumerable<string> entries)
    {
        var journal = Path.Join(directory, LogLayout.LogName(1), LogLayout.Segment(1));
        Directory.CreateDirectory(Path.GetDirectoryName(journal)!);
        using var file = File.Create(journal);
        file.Write(JournalFormat.Header(0));
        foreach (var entry in entries.Select(static text => Encoding.UTF8.GetBytes(text)))
        {
            var prefix = new byte[JournalFormat.FrameBytes];
            JournalFormat.WritePrefix(prefix, entry);
            file.Write(prefix);
            file.Write(entry);
        }
    }
}
