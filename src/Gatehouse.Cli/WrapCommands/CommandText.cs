using System.Buffers;
using System.Globalization;
using System.Text;
using Gatehouse.Administration;
using Gatehouse.Detection.Secrets;
using Gatehouse.Inventory.Checks;
using Gatehouse.Inventory.Model;
using Gatehouse.Ipc;
using Gatehouse.Text;

namespace Gatehouse.Cli.WrapCommands;

/// <summary>
/// The text of a command for a person: every argument, nothing cut off, outside text escaped, and dangerous parts named (G06 to G08).
/// </summary>
internal static class CommandText
{
    /// <summary>Returns the whole of a command, for a terminal.</summary>
    public static string Show(string name, CommandLine command)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"'{VisibleText.Escape(name)}' would start this program on this machine, with your rights:\n");
        for (var i = 0; i < command.Arguments.Count; i++)
            text.Append(CultureInfo.InvariantCulture, $"  {(i == 0 ? "program" : $"argument {i}"),-11} {Quoted(command.Arguments[i])}\n");
        text.Append(CultureInfo.InvariantCulture, $"  found at    {VisibleText.Escape(command.Program)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  folder      {VisibleText.Escape(command.Folder)}\n");
        text.Append(CultureInfo.InvariantCulture,
            $"  variables   {(command.Environment.Count == 0 ? "only the minimum" : string.Join(' ', command.Environment.Select(Quoted)))}\n");
        text.Append(CultureInfo.InvariantCulture, $"  network     everything that this account may reach\n");
        foreach (var finding in CommandReview.Of(name, command.Arguments, command.Folder))
            text.Append(CultureInfo.InvariantCulture,
                $"  {finding.Rule.Severity.ToString().ToUpperInvariant(),-10}  {finding.Rule.Id} {finding.Rule.Name}: {VisibleText.Escape(finding.Message)}\n");
        text.Append(CultureInfo.InvariantCulture, $"  id          {command.ShortDigest}\n");
        return text.ToString();
    }

    /// <summary>Returns one line for a command, for a list.</summary>
    public static string Line(CommandView view)
    {
        var whole = string.Join(' ', CommandSecrets.Mask(view.Arguments).Select(Quoted));
        return $"{view.Digest[..12]}  {(view.IsApproved ? "approved" : "ASKS"),-8}  {VisibleText.Escape(view.Name),-20}  {whole}";
    }

    private static readonly SearchValues<char> Special = SearchValues.Create(" '\"\\$`;&|<>*?(){}[]#~!");

    // So that an argument with a space is not read as two, and an empty one is seen.
    private static string Quoted(string argument)
    {
        var shown = VisibleText.Escape(argument);
        return shown.Length > 0 && shown.AsSpan().IndexOfAny(Special) < 0 ? shown : "'" + shown.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }
}
