using Gatehouse.Integrity.Origins;
using Gatehouse.Inventory.Model;

namespace Gatehouse.Inventory.Checks;

/// <summary>
/// The checks of a scan for one command that is about to be approved (G08): dangerous programs and arguments, unpinned packages, wide folders.
/// </summary>
public static class CommandReview
{
    /// <summary>Returns the faults of the command. None of the messages holds a secret's value, and outside text in them is not escaped.</summary>
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
            Source = CommandOrigin.Of(command[0], arguments, null, null),
        };
        return [.. ServerChecks.Of(entry)];
    }
}
