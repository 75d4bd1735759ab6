using System.Text;
using Gatehouse.Inventory.Places;
using Gatehouse.Onboarding;

namespace Gatehouse.Inventory.Tests.Editing;

/// <summary>A planted home whose servers are wrapped and unwrapped.</summary>
internal sealed class EditingHome : IDisposable
{
    public static readonly WrapLauncher Launcher = new("/opt/gate house/gatehouse");

    private readonly Planted planted;

    public EditingHome(MachineSystem system = MachineSystem.Linux) => planted = new Planted(system);

    public string Home => planted.Home;

    public string State => Path.Join(planted.Root, "state");

    public Machine Machine => planted.Machine;

    public string Put(string relative, string text) => planted.Put(relative, text);

    public string Put(string relative, byte[] bytes)
    {
        var path = planted.Put(relative, "");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public WrapLedger Ledger => WrapLedger.Open(State);

    public EditPlan PlanWrap(EditSelection? selection = null) =>
        WrapPlanner.Plan(Machine, selection ?? EditSelection.All, Launcher, Ledger, TimeProvider.System);

    public EditPlan PlanUndo(EditSelection? selection = null) => UndoPlanner.Plan(Machine, selection ?? EditSelection.All, Ledger);

    public EditOutcome Wrap(EditSelection? selection = null, IFileSystem? acts = null)
    {
        var ledger = Ledger;
        return EditRunner.Run(WrapPlanner.Plan(Machine, selection ?? EditSelection.All, Launcher, ledger, TimeProvider.System), ledger,
            TimeProvider.System, acts ?? new FileSystem());
    }

    public EditOutcome Undo(EditSelection? selection = null, IFileSystem? acts = null)
    {
        var ledger = Ledger;
        return EditRunner.Run(UndoPlanner.Plan(Machine, selection ?? EditSelection.All, ledger), ledger, TimeProvider.System, acts
            ?? new FileSystem());
    }

    /// <summary>Names of all files below the home, for comparing what is there.</summary>
    public IReadOnlyList<string> Names(string relative = "") =>
        [.. Directory.EnumerateFiles(Path.Join(Home, relative),
            "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None }).Order(StringComparer.Ordinal)];

    public static string Text(string path) => Encoding.UTF8.GetString(File.ReadAllBytes(path));

    public void Dispose() => planted.Dispose();
}
