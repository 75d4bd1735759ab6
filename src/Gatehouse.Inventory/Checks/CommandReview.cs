using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Discovery;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>
/// The checks of a scan for one command that is about to be approved (G08): dangerous programs and arguments, unpinned packages, wide folders.
/// </summary>
public static class CommandReview
{
    /// <summary>The arguments as they may be shown: values of secrets are replaced.</summary>
    /// <param name="command">The argument vector, the program first.</param>
    public static IReadOnlyList<string> WithoutSecrets(IReadOnlyList<string> command) => CommandSecrets.Mask(command);

    /// <summary>Places of the arguments that hold a secret written out, counted from the program, 0.</summary>
    /// <param name="command">The argument vector, the program first.</param>
    public static IReadOnlyList<int> SecretsOf(IReadOnlyList<string> command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var place = new SourceLocation("", 0);
        var found = new List<int>();
        for (var i = 1; i < command.Count; i++)
        {
            var one = new ServerEntry
            {
                Name = "", Client = "", Place = place, Scope = LocationScope.User, Transport = "stdio", Command = command[0],
                Source = ServerSources.Of(command[0], [], null, null),
                Arguments = i > 1 ? [new ConfigScalar(command[i - 1], place), new ConfigScalar(command[i], new SourceLocation("", 1))]
                    : [new ConfigScalar(command[i], new SourceLocation("", 1))],
            };
            if (SecretChecks.Of(one).Any(finding => finding.Place.Line == 1)) found.Add(i);
        }

        return found;
    }

    /// <summary>What is wrong with the command; none of the messages holds a secret's value, and outside text in them is not escaped.</summary>
    /// <param name="name">Name of the server.</param>
    /// <param name="command">The argument vector, the program first.</param>
    /// <param name="folder">The folder it starts in.</param>
    public static IReadOnlyList<Finding> Of(string name, IReadOnlyList<string> command, string folder)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (command.Count == 0) return [];
        var place = new SourceLocation(folder, 0);
        List<string> arguments = [.. command.Skip(1)];
        var entry = new ServerEntry
        {
            Name = name,
            Client = "gatehouse wrap",
            Place = place,
            Scope = LocationScope.User,
            Transport = "stdio",
            Command = command[0],
            Arguments = [.. arguments.Select(argument => new ConfigScalar(argument, place))],
            Folder = folder,
            Source = ServerSources.Of(command[0], arguments, null, null),
        };
        return [.. ServerChecks.Of(entry)];
    }
}
