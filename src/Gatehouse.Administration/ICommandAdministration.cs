using Gatehouse.Ipc;

namespace Gatehouse.Administration;

/// <summary>The commands that wrapped servers may be started with (EX-05).</summary>
internal interface ICommandAdministration
{
    /// <summary>Returns commands that were approved, and those that need an approval; the newest first.</summary>
    Task<IReadOnlyList<Gatehouse.Administration.CommandView>> ListAsync();

    /// <summary>Returns true for a text that can be the name of a server.</summary>
    bool IsName(string name);

    /// <summary>Stores an approval. It is on the disk when this returns.</summary>
    ValueTask ApproveAsync(string name, CommandLine command);

    /// <summary>Revokes an approval. Returns false when there was none.</summary>
    ValueTask<bool> RevokeAsync(string digest);
}
