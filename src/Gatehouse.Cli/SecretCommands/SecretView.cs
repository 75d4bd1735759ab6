namespace Gatehouse.Cli.SecretCommands;

/// <summary>A secret as <c>secret list</c> shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Set">When its value was set.</param>
/// <param name="Key">Id of the key of the ring that seals it; null when the row is damaged.</param>
internal sealed record SecretView(string Name, DateTimeOffset Set, string? Key);
