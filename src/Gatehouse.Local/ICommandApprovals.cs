using Gatehouse.Ipc;
using Gatehouse.Storage.Abstractions;

namespace Gatehouse.Local;

/// <summary>The decision whether a command may be started on this machine (EX-05).</summary>
internal interface ICommandApprovals
{
    /// <summary>Returns true when the command was approved as it is.</summary>
    /// <exception cref="StoreException">The store cannot be read or written: nothing is started then.</exception>
    ValueTask<bool> MayStartAsync(string name, CommandLine command);
}
