using System.Globalization;
using Gatehouse.Range.Running;

namespace Gatehouse.Range.Doubles;

/// <summary>A log of dated lines, which deletes those that are older than a day by the clock of the machine, whatever it says.</summary>
internal sealed class DatedLines(string folder) : IAgingLog
{
    private readonly MovedClock clock = new();

    private string Lines => Path.Combine(folder, "log.txt");

    public Task WriteAsync(string person) =>
        File.AppendAllTextAsync(Lines, $"{clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture)} {person} called a tool\n");

    public async Task MoveClockAsync(TimeSpan time, bool isStart)
    {
        clock.Pass(time);
        var oldest = clock.GetUtcNow().AddDays(-1);
        var kept = (await File.ReadAllLinesAsync(Lines).ConfigureAwait(false))
            .Where(line => DateTimeOffset.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture) >= oldest);
        await File.WriteAllLinesAsync(Lines, kept).ConfigureAwait(false);
    }

    public async Task<bool> HasAsync(string person) =>
        (await File.ReadAllTextAsync(Lines).ConfigureAwait(false)).Contains(person, StringComparison.Ordinal);
}
