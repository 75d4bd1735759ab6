using System.Globalization;

namespace Gatehouse.Server.RunTime;

/// <summary>A call of a tool that is in progress: what the tool declared, and the texts that the model wrote into its arguments.</summary>
internal sealed class RunningTool(RunTimeGuard guard, string name, ToolAccessAttribute declared, IReadOnlyList<string> arguments)
{
    public void RequireHost(Uri url)
    {
        var port = string.Create(CultureInfo.InvariantCulture, $"{url.IdnHost}:{url.Port}");
        if (declared.Hosts.Any(host => (url.IsDefaultPort && host.Equals(url.IdnHost, StringComparison.OrdinalIgnoreCase))
            || host.Equals(port, StringComparison.OrdinalIgnoreCase))) return;
        guard.Report(name, "send a request to", port, $"declare it with [ToolAccess(Hosts = [\"{port}\"])]");
    }

    public void RequireFile(string realPath, bool writes)
    {
        var folders = writes ? declared.WriteFolders : [.. declared.ReadFolders, .. declared.WriteFolders];
        if (folders.Any(folder => IsIn(ToolFiles.RealPath(folder), realPath))) return;
        guard.Report(name, writes ? "write the file" : "read the file", realPath,
            $"declare its folder with [ToolAccess({(writes ? "WriteFolders" : "ReadFolders")} = [\"{Path.GetDirectoryName(realPath)}\"])]");
    }

    public void RequireProgram(string program)
    {
        if (declared.Programs.Contains(program, StringComparer.Ordinal)) return;
        guard.Report(name, "start the program", program, $"declare it with [ToolAccess(Programs = [\"{program}\"])]");
    }

    public void RequireStatement(string sql)
    {
        if (arguments.FirstOrDefault(argument => !SqlText.IsPlain(argument) && sql.Contains(argument, StringComparison.Ordinal)) is not null)
            guard.Report(name, "run", "a statement that has an argument of the call in its text", "give the argument as a parameter of the command");
        else if (declared.Sql == SqlAccess.None)
            guard.Report(name, "run", "a statement", "declare it with [ToolAccess(Sql = SqlAccess.Read)]");
        else if (declared.Sql == SqlAccess.Read && !SqlText.OnlyReads(sql))
            guard.Report(name, "run", "a statement that may write", "declare it with [ToolAccess(Sql = SqlAccess.Write)]");
    }

    private static bool IsIn(string folder, string path) =>
        path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
