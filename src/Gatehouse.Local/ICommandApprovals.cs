using Gatehouse.Ipc;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Local;

/// <summary>The decision whether a command may be started on this machine (EX-05).</summary>
internal interface ICommandApprovals
{
    /// <summary>Returns the command with the minimum with which it was approved as it is; null when it was not.</summary>
    /// <exception cref="StoreException">The store cannot be read or written: nothing is started then.</exception>
    ValueTask<CommandLine?> MayStartAsync(string name, CommandLine command);
}
