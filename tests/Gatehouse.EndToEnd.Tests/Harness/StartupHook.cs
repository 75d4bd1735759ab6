using System.Diagnostics.CodeAnalysis;
using System.Globalization;

/// <summary>
/// Brings a gateway down from inside: the runtime loads this class into its process (DOTNET_STARTUP_HOOKS). Its place and name are the runtime's.
/// </summary>
[SuppressMessage("Design", "CA1050:Declare types in namespaces", Justification = "The runtime looks for this name.")]
internal static class StartupHook
{
    /// <summary>The variable that names the order: a file whose first word is <c>throw</c> or <c>print</c>, and the rest the text.</summary>
    public const string Variable = "GATEHOUSE_TEST_ORDER";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } file) new Thread(() => Obey(file)) { IsBackground = true }.Start();
    }

    private static void Obey(string file)
    {
        SpinWait.SpinUntil(() => File.Exists(file));
        var words = File.ReadAllText(file).Split(' ', 2);
        if (words[0] == "print") Console.Error.WriteLine(words[1]);
        throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"The header '{words[1]}' is no header."));
    }
}
