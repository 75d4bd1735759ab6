using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>Which commands wrapped servers may be started with (EX-05).</summary>
internal interface ICommandAdministration
{
    /// <summary>Commands that were approved, and those that ask; the newest first.</summary>
    Task<IReadOnlyList<Gatehouse.Administration.CommandView>> ListAsync();

    /// <summary>True for what can be the name of a server.</summary>
    bool IsName(string name);

    /// <summary>Keeps an approval; it is on the disk when this returns.</summary>
    ValueTask ApproveAsync(string name, CommandLine command);

    /// <summary>Takes an approval back; false when there was none.</summary>
    ValueTask<bool> RevokeAsync(string digest);
}
