using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using ModelContextProtocol.Server;

namespace Cases.Processes;

[McpServerToolType]
public sealed partial class Tools(ILogger<Tools> logger)
{
    private static readonly HashSet<string> Programs = ["git", "dotnet"];
    private static readonly Dictionary<string, string> Known = new() { ["status"] = "git status", ["log"] = "git log" };
    private static readonly Regex Name = new("^[a-z0-9-]{1,40}$");

    [McpServerTool]
    public static void Direct(string command) => Process.Start("/bin/sh", "-c " + command); // finds GHA0001

    [McpServerTool]
    public static void WholeProgram(string program) => Process.Start(program); // finds GHA0001

    [McpServerTool]
    public void Interpolated(string host)
    {
        logger.LogInformation("ping {Host}", host);
        using var process = Process.Start(new ProcessStartInfo("cmd.exe", $"/c ping {host}")); // finds GHA0001
        process?.WaitForExit();
    }

    [McpServerTool]
    public static string Initializer(string arguments)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo
            {
                FileName = "git",
                Arguments = arguments, // finds GHA0001
                RedirectStandardOutput = true,
            },
        };
        process.Start();
        return process.StandardOutput.ReadToEnd();
    }

    [McpServerTool]
    public static void Assigned(string arguments)
    {
        var start = new ProcessStartInfo("git");
        start.Arguments = "log " + arguments; // finds GHA0001
        Process.Start(start);
    }

    [McpServerTool]
    public static void Built(string[] words)
    {
        var text = new StringBuilder("-c ");
        foreach (var word in words) text.Append(word).Append(' ');
        Process.Start("bash", text.ToString()); // finds GHA0001
    }

    [McpServerTool]
    public static void ShellList(string script)
    {
        var start = new ProcessStartInfo("bash");
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(script); // finds GHA0001
        Process.Start(start);
    }

    [McpServerTool]
    public static void ShellListInitializer(string script) =>
        Process.Start(new ProcessStartInfo("powershell") { ArgumentList = { "-Command", script } }); // finds GHA0001

    [McpServerTool]
    public static async Task OverMethods(string name) => await StartAsync(Prepare(name));

    private static string Prepare(string name) => string.Format("log --author={0}", name.Trim());

    private static Task StartAsync(string arguments)
    {
        Process.Start("git", arguments); // finds GHA0001
        return Task.CompletedTask;
    }

    [McpServerTool]
    public static void Joined(List<string> files) => Process.Start("tar", "czf out.tgz " + string.Join(" ", files.Select(file => file.Trim()))); // finds GHA0001

    [McpServerTool]
    public static void CheckedTooLate(string program)
    {
        Process.Start(program); // finds GHA0001
        if (!Programs.Contains(program)) throw new ArgumentException("unknown program");
    }

    [McpServerTool]
    public static void CheckedOther(string program, string other)
    {
        if (!Programs.Contains(other)) return;
        Process.Start(program); // finds GHA0001
    }

    [McpServerTool]
    public static void Blocked(string command)
    {
        if (command.Contains("rm ")) throw new ArgumentException("not permitted");
        Process.Start("sh", $"-c \"{command}\""); // finds GHA0001
    }

    [McpServerTool] // clean
    public static void Listed(string program)
    {
        if (!Programs.Contains(program)) throw new ArgumentException("unknown program");
        Process.Start(program);
    }

    [McpServerTool] // clean
    public static void ArgumentList(string file)
    {
        var start = new ProcessStartInfo("git") { UseShellExecute = false };
        start.ArgumentList.Add("log");
        start.ArgumentList.Add("--");
        start.ArgumentList.Add(file);
        using var process = Process.Start(start);
    }

    [McpServerTool] // clean
    public static void ArgumentsOfStart(string file) => Process.Start("git", ["log", "--", file]);

    [McpServerTool] // clean
    public static void Looked(string command)
    {
        if (Known.TryGetValue(command, out var line)) Process.Start("sh", "-c \"" + line + "\"");
    }

    [McpServerTool] // clean
    public static void Number(int process) => Process.Start("kill", "-9 " + process);

    [McpServerTool] // clean
    public static void ParsedNumber(string process)
    {
        if (int.TryParse(process, out var id)) Process.Start("kill", $"-9 {id}");
    }

    [McpServerTool] // clean
    public static void Switched(string level)
    {
        var argument = level switch
        {
            "low" => "-1",
            "high" => "-9",
            _ => throw new ArgumentException("low or high"),
        };
        Process.Start("gzip", argument + " data.txt");
    }

    [McpServerTool] // clean
    public static void Constant(string level)
    {
        if (level is not ("low" or "high")) return;
        Process.Start("sh", "-c \"run " + level + "\"");
    }

    [McpServerTool] // clean
    public static void Pattern(string name)
    {
        if (!Name.IsMatch(name)) throw new ArgumentException("letters, digits and dashes");
        Process.Start("docker", "logs " + name);
    }

    [GeneratedRegex("^[A-Za-z0-9_]+$")]
    private static partial Regex Word();

    [McpServerTool] // clean
    public static void GeneratedPattern(string name)
    {
        if (Word().IsMatch(name)) Process.Start("docker", "logs " + name);
    }

    [McpServerTool] // clean
    public static void Characters(string name)
    {
        if (!name.All(char.IsLetterOrDigit)) return;
        Process.Start("docker", "logs " + name);
    }

    [McpServerTool] // clean
    public static void OwnCheck(string name)
    {
        EnsureKnown(name);
        Process.Start(name);
    }

    private static void EnsureKnown(string program)
    {
        if (!Programs.Contains(program)) throw new ArgumentException("unknown program");
    }

    [McpServerTool] // clean
    public static void OwnQuestion(string name)
    {
        if (!IsKnown(name)) return;
        Process.Start(name);
    }

    private static bool IsKnown(string program) => program.Length < 20 && Programs.Contains(program);

    [McpServerTool] // clean
    public static void Kept(string name)
    {
        var known = Programs.Contains(name);
        if (!known) return;
        Process.Start(name);
    }
}
