using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Discovery;

/// <summary>Reads from a command line where the code of a server comes from, as a scan does.</summary>
public static class CommandOrigin
{
    /// <summary>The source of a command.</summary>
    /// <param name="command">The program and its arguments.</param>
    public static ServerSource Of(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return ServerSources.Of(command.Count == 0 ? null : command[0], [.. command.Skip(1)], null, null);
    }

    /// <summary>The text with each secret that is recognised replaced by its kind.</summary>
    public static string WithoutSecrets(string text) => SecretDetector.Mask(text);
}
