using Gatehouse.Inventory.Model;
using Gatehouse.Inventory.Places;

namespace Gatehouse.Onboarding;

/// <summary>The planning of edits that put Gatehouse before the servers of a machine. It reads; it writes nothing.</summary>
public static class WrapPlanner
{
    /// <summary>Names of the clients that are known.</summary>
    public static IReadOnlyList<string> Clients { get; } =
        [.. ClientConfigLocations.All.Where(place => place.Pointers.Length > 0).Select(place => place.Client).Where(client => client != "any")
            .Distinct(StringComparer.Ordinal)];

    /// <summary>Returns the plan.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="selection">The filter.</param>
    /// <param name="launcher">The launcher that is written before the program.</param>
    /// <param name="ledger">The records of wrapped servers.</param>
    /// <param name="time">The clock.</param>
    public static EditPlan Plan(Machine machine, EditSelection selection, WrapLauncher launcher, WrapLedger ledger, TimeProvider time) =>
        Plan(machine, selection, launcher, ledger, time, new EditRules());

    internal static EditPlan Plan(Machine machine, EditSelection selection, WrapLauncher launcher, WrapLedger ledger, TimeProvider time,
        IEditReview judge)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ArgumentNullException.ThrowIfNull(selection);
        ArgumentNullException.ThrowIfNull(launcher);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(time);
        var files = ConfigFiles.Find(machine, selection.Files, time);
        var names = new WrapNames();
        foreach (var record in ledger.Records) names.Keep(record.Name, Way(record));
        var edited = new List<EditedFile>();
        var left = new List<SkippedServer>();
        var settled = new List<WrapRecord>();
        var gaps = files.Gaps.Where(gap => gap.IsFailure).ToList();
        var notSelected = 0;
        foreach (var file in files.ByPath)
        {
            var planning = new FilePlanning([.. file], selection, launcher, ledger, names, judge, time);
            if (planning.Plan() is { } change) edited.Add(change);
            left.AddRange(planning.Left);
            settled.AddRange(planning.Settled);
            notSelected += planning.NotSelected;
            if (planning.Gap is { } gap) gaps.Add(gap);
        }

        foreach (var server in files.Packed.Where(server => selection.Takes(server.Client, server.Name, server.Place.File)))
            left.Add(new SkippedServer(server.Client, server.Name, server.Place, SkipReason.Extension,
                "it is a packed extension, which no client starts from this file"));
        return new EditPlan { Files = edited, Left = left, Gaps = gaps, NotSelected = notSelected, Settled = settled };
    }

    // Arguments are not in the ledger: a name that is in use there is shared only by the same entry.
    private static string Way(WrapRecord record) => Way(record.File, record.Container, record.Server);

    internal static string Way(string file, IReadOnlyList<string> container, string server) => $"{file}\0{string.Join('\0', container)}\0{server}";
}
