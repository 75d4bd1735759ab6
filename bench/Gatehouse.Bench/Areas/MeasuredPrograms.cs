using Gatehouse.Bench.Processes;
using Gatehouse.Bench.Reporting;

namespace Gatehouse.Bench.Areas;

/// <summary>The programs whose memory is measured: that of the checkout, and that of the archive where <c>./publish</c> made one.</summary>
internal static class MeasuredPrograms
{
    /// <summary>Returns each program with its name. The last one is judged: the archive is what people install.</summary>
    /// <param name="place">The workplace.</param>
    /// <param name="table">Gets a note about the archive.</param>
    public static async Task<IReadOnlyList<(string Name, string Gatehouse)>> FindAsync(Workplace place, Table table)
    {
        List<(string Name, string Gatehouse)> programs = [("checkout", place.Gatehouse)];
        if (place.TryUnpackArchive() is { } archive)
        {
            programs.Add(("archive", archive));
            table.Notes.Add($"The archive is {await VersionAsync(place, archive).ConfigureAwait(false)}. It is a program of machine code, which is in"
                + " pages of a file: all its processes share them, and the system may take them back.");
        }
        else
        {
            table.Notes.Add("The archive was not measured, because artifacts/publish has none: make it with ./publish.");
        }

        return programs;
    }

    // The archive may be older than this build, so the note names its commit.
    private static async Task<string> VersionAsync(Workplace place, string gatehouse)
    {
        using var version = Gatekeeper.Start("gatehouse version", gatehouse, place.NewDirectory(), ["version"]);
        if (await version.WaitAsync().ConfigureAwait(false) != 0) throw new InvalidOperationException(version.Output);
        return version.Output.Split('\n')[0].Trim();
    }
}
