using System.Globalization;
using System.Text;
using Gatehouse.Files;
using Gatehouse.Gateway.Stores;
using Gatehouse.Pipeline.Records;

namespace Gatehouse.Gateway.Secrets;

/// <summary>
/// An act of a command beside the gateway, as a file in the state folder until a gateway has written its entry (AU-01). The audit log has one writer,
/// which may run meanwhile or not.
/// </summary>
/// <remarks>
/// Threat: a command is ended between the change and its record, and the change has no entry. So the file is on the disk before the change, and the
/// outcome follows; without one it is not known. The command holds the file open while it works, so that a gateway reads no unfinished one.
/// </remarks>
public sealed class CommandAct : IDisposable
{
    /// <summary>The most acts that wait for a gateway.</summary>
    public const int Most = 1000;

    private readonly FileStream file;

    private CommandAct(FileStream file) => this.file = file;

    /// <summary>Writes that an act begins. On return it is on the disk.</summary>
    /// <param name="stateFolder">The state folder.</param>
    /// <param name="act">Name of the act, one word.</param>
    /// <param name="target">The name that it changes, one word; null for none.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="IOException">It cannot be written, or too many wait.</exception>
    /// <exception cref="UnauthorizedAccessException">This account may not write the folder.</exception>
    public static CommandAct Begin(string stateFolder, string act, string? target, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var folder = StateFiles.CommandActs(stateFolder);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Directory.EnumerateFiles(folder).Take(Most).Count() == Most)
            throw new IOException($"{Most} acts of commands wait in {folder} for a gateway to record them; start the gateway of this state folder");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var begun = new CommandAct(new FileStream(Path.Combine(folder, Ids.New(time)), options));
        begun.Write(string.Create(CultureInfo.InvariantCulture,
            $"{act}\t{target}\t{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}\t{Environment.ProcessId}\t{PosixFile.CurrentUser}\n"));
        PosixFile.SyncFolder(folder);
        return begun;
    }

    /// <summary>Writes the outcome. On return it is on the disk.</summary>
    /// <param name="outcome">One word.</param>
    public void End(string outcome) => Write(outcome + "\n");

    /// <inheritdoc />
    public void Dispose() => file.Dispose();

    private void Write(string line)
    {
        file.Write(Encoding.UTF8.GetBytes(line));
        file.Flush(flushToDisk: true);
    }
}
