using Gatehouse.Isolation;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Documents;

/// <summary>The program that reads documents, and its command.</summary>
public static class DocumentProgram
{
    /// <summary>The remedy where the program is missing.</summary>
    internal const string MissingRemedy = "publish gatehouse-documents (docs/operators/documents.md), or name the program in 'documents.program'";

    // The only variable that it has. Without it the runtime leaves pipes for a debugger in the folder of temporary files, since the process is ended.
    private static readonly Dictionary<string, string> Variables = new() { ["DOTNET_EnableDiagnostics"] = "0" };

    private static readonly string Root = Path.GetPathRoot(AppContext.BaseDirectory)!;

    /// <summary>Returns the fault of a missing program, in words.</summary>
    internal static string MissingWords(DocumentSettings settings) => $"{PathOf(settings)} does not exist, so every document is unread";

    /// <summary>Returns the program of a configuration, whether it exists or not.</summary>
    public static string PathOf(DocumentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return settings.Program ?? Path.Join(AppContext.BaseDirectory, DocumentSettings.ProgramName, DocumentSettings.ProgramName);
    }

    /// <summary>Returns the file that is started; null where it is missing.</summary>
    public static string? FileOf(DocumentSettings settings)
    {
        var path = PathOf(settings);
        return File.Exists(path) ? path : File.Exists(path + ".dll") ? path + ".dll" : null;
    }

    /// <summary>Returns what starts the program for one document; null where it is missing.</summary>
    /// <remarks>
    /// The only place where its command is made, so that a sandbox is added here and nowhere else. The program lowers its own limits, has no variable
    /// of this process, three descriptors, and no file of its own.
    /// </remarks>
    /// <param name="settings">The settings.</param>
    /// <param name="seconds">Seconds of processor time, 1 or more.</param>
    internal static LocalProcessOptions? CommandOf(DocumentSettings settings, int seconds)
    {
        if (FileOf(settings) is not { } file) return null;
        string[] program = file.EndsWith(".dll", StringComparison.Ordinal) ? [Runtime(), file] : [file];
        return new LocalProcessOptions
        {
            Command = [.. program, seconds.ToString(System.Globalization.CultureInfo.InvariantCulture)],
            WorkingDirectory = Root,
            Environment = Variables,
            ShutdownGrace = TimeSpan.FromSeconds(1),
        };
    }

    // The runtime of this program, or that of the system.
    private static string Runtime() => Environment.ProcessPath is { } own && Path.GetFileNameWithoutExtension(own) == "dotnet" ? own
        : LocalProcess.FindProgram("dotnet", Root, ProcessEnvironment.Minimum());
}
