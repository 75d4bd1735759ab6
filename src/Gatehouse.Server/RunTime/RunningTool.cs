using System.Globalization;

namespace Gatehouse.Server.RunTime;

/// <summary>
/// A call of a tool: what the tool declared, and the texts that the model wrote into its arguments. After the call nothing is declared any more: work
/// that the tool left running would otherwise keep its rights, and serve later calls with them (CWE-613).
/// </summary>
/// <param name="mode">Says what happens to an act that was not declared.</param>
/// <param name="name">The name of the tool.</param>
/// <param name="declared">The declaration of the tool.</param>
/// <param name="arguments">The texts of the caller.</param>
/// <param name="record">Receives the facts of each entry.</param>
internal sealed class RunningTool(
    RunTimeGuardMode mode, string name, ToolAccessAttribute declared, IReadOnlyList<string> arguments, Action<(string Name, string Value)[]> record)
{
    // CWE-770: one call tries as many hosts as its arguments have.
    private const int MostRecorded = 16;

    private static readonly ToolAccessAttribute Nothing = new();

    private readonly Lock counting = new();
    private bool hasEnded;
    private int acts;
    private int actsAfter;

    private ToolAccessAttribute Declared => Volatile.Read(ref hasEnded) ? Nothing : declared;

    /// <summary>Ends the call, and records the number of acts that have no entry of their own.</summary>
    public void End()
    {
        lock (counting)
        {
            Volatile.Write(ref hasEnded, true);
            if (acts > MostRecorded)
                record([("tool", name), ("count", (acts - MostRecorded).ToString(CultureInfo.InvariantCulture)), ("outcome", Outcome)]);
        }
    }

    /// <summary>Requires the host of a request to be declared.</summary>
    /// <exception cref="ToolAccessException">It is not, and the mode is to block.</exception>
    public void RequireHost(Uri url)
    {
        var port = PortOf(url);
        if (Declared.Hosts.Any(host => (url.IsDefaultPort && host.Equals(url.IdnHost, StringComparison.OrdinalIgnoreCase))
            || host.Equals(port, StringComparison.OrdinalIgnoreCase))) return;
        Report("send a request to", port, $"declare it with [ToolAccess(Hosts = [\"{port}\"])]");
    }

    /// <summary>Refuses a request of a client whose redirects would not be seen.</summary>
    /// <param name="url">The address.</param>
    /// <param name="remedy">The change that makes them seen.</param>
    /// <exception cref="ToolAccessException">The mode is to block.</exception>
    public void RefuseClient(Uri url, string remedy) => Report("send a request to", PortOf(url), remedy);

    /// <summary>Requires a file to be in a declared folder.</summary>
    /// <exception cref="ToolAccessException">It is not, and the mode is to block.</exception>
    public void RequireFile(string realPath, bool writes)
    {
        var folders = writes ? Declared.WriteFolders : [.. Declared.ReadFolders, .. Declared.WriteFolders];
        if (folders.Any(folder => IsIn(ToolFiles.RealPath(folder), realPath))) return;
        Report(writes ? "write the file" : "read the file", realPath,
            $"declare its folder with [ToolAccess({(writes ? "WriteFolders" : "ReadFolders")} = [\"{Path.GetDirectoryName(realPath)}\"])]");
    }

    /// <summary>Requires a program to be declared.</summary>
    /// <exception cref="ToolAccessException">It is not, and the mode is to block.</exception>
    public void RequireProgram(string program)
    {
        if (Declared.Programs.Contains(program, StringComparer.Ordinal)) return;
        Report("start the program", program, $"declare it with [ToolAccess(Programs = [\"{program}\"])]");
    }

    /// <summary>Requires a statement to be declared, and to have no argument of the call in its text.</summary>
    /// <exception cref="ToolAccessException">It is not, and the mode is to block.</exception>
    public void RequireStatement(string sql)
    {
        var access = Declared.Sql;
        if (arguments.FirstOrDefault(argument => !SqlText.IsPlain(argument) && sql.Contains(argument, StringComparison.Ordinal)) is not null)
            Report("run", "a statement that has an argument of the call in its text", "give the argument as a parameter of the command");
        else if (access == SqlAccess.None)
            Report("run", "a statement", "declare it with [ToolAccess(Sql = SqlAccess.Read)]");
        else if (access == SqlAccess.Read && !SqlText.OnlyReads(sql))
            Report("run", "a statement that may write", "declare it with [ToolAccess(Sql = SqlAccess.Write)]");
    }

    private string Outcome => mode == RunTimeGuardMode.Block ? "refused" : "observed";

    private void Report(string kind, string what, string remedy)
    {
        lock (counting)
        {
            if (hasEnded) remedy = "its call has ended, and its declaration with it; wait for the work before the tool returns";
            if (hasEnded ? actsAfter++ == 0 : ++acts <= MostRecorded)
                record([("tool", name), ("kind", kind), ("what", what), ("outcome", Outcome)]);
        }

        if (mode == RunTimeGuardMode.Block) throw new ToolAccessException($"the tool {name} may not {kind} {what}: {remedy}");
    }

    private static string PortOf(Uri url) => string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}");

    private static bool IsIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
