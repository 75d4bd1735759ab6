using System.Globalization;
using System.Text;
using Gatehouse.Inventory.Model;
using Gatehouse.Onboarding;
using Gatehouse.Text;

namespace Gatehouse.Cli.InitCommands;

/// <summary>A plan and its outcome as a person reads them. Outside text is escaped here; the differences come escaped.</summary>
internal sealed class EditText(bool colour, int width)
{
    private readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    /// <summary>Writes the whole plan: the files that change, the servers without a change, and the files that could not be read.</summary>
    public EditText Plan(EditPlan plan, string nothing)
    {
        foreach (var file in plan.Files) File(file);
        Left(plan);
        if (plan.Gaps.Count > 0)
        {
            Strong("Could not be read");
            foreach (var gap in plan.Gaps) Wrapped($"{gap.What}: {gap.Why}", 2);
            text.Append('\n');
        }

        if (plan.NotSelected > 0)
            text.Append(CultureInfo.InvariantCulture, $"{Counted.Of(plan.NotSelected, "server")} left out by --client, --server or --file.\n\n");
        text.Append(plan.Files.Count == 0 ? nothing : $"{Counted.Of(plan.Servers.Count(), "server")} in {Counted.Of(plan.Files.Count, "file")} to change.")
            .Append('\n');
        return this;
    }

    /// <summary>Writes the outcome.</summary>
    public EditText Outcome(EditOutcome outcome)
    {
        foreach (var (file, backup) in outcome.Changed)
        {
            text.Append("changed   ").Append(VisibleText.Escape(file)).Append('\n');
            text.Append("          ")
                .Append(backup is null ? "as it was before Gatehouse; no backup was kept" : "backup: " + VisibleText.Escape(Path.GetFileName(backup)))
                .Append('\n');
        }

        foreach (var file in outcome.EarlierBackups) text.Append("kept      ").Append(VisibleText.Escape(file))
            .Append("\n          an earlier backup with the file's content at that time; delete it when you do not need it\n");
        foreach (var file in outcome.PutBack) text.Append("restored  ").Append(VisibleText.Escape(file)).Append('\n');
        foreach (var file in outcome.NotPutBack)
            text.Append("CHANGED, could not be restored (the backup is in the same folder): ").Append(VisibleText.Escape(file)).Append('\n');
        return this;
    }

    private void File(EditedFile file)
    {
        Strong($"{string.Join(", ", file.Servers.Select(server => server.Client).Distinct())}: {file.Path}");
        foreach (var server in file.Servers)
        {
            text.Append("  ").Append(VisibleText.Escape(server.Name)).Append('\n');
            text.Append("    starts now   ").Append(VisibleText.Escape(server.Was)).Append('\n');
            text.Append("    will start   ").Append(VisibleText.Escape(server.Becomes)).Append('\n');
            if (server.EnvironmentNames.Count > 0)
                text.Append("    environment  ").Append(VisibleText.Escape(string.Join(' ', server.EnvironmentNames))).Append('\n');
        }

        text.Append('\n');
        foreach (var line in file.Difference) text.Append(Coloured(line)).Append('\n');
        text.Append('\n');
    }

    private void Left(EditPlan plan)
    {
        if (plan.Left.Count == 0) return;
        Strong("Not changed");
        foreach (var group in plan.Left.GroupBy(left => left.Why))
        {
            Wrapped(group.Key, 2);
            foreach (var left in group)
                text.Append("    ").Append(VisibleText.Escape(left.Name)).Append("  ").Append(left.Client).Append(", ")
                    .Append(VisibleText.Escape(left.Place.File))
                    .Append(left.Place.Line > 0 ? string.Create(CultureInfo.InvariantCulture, $", line {left.Place.Line}") : "").Append('\n');
        }

        text.Append('\n');
    }

    private void Strong(string text) =>
        this.text.Append(colour ? $"\u001b[1m{VisibleText.Escape(text)}\u001b[0m" : VisibleText.Escape(text)).Append('\n');

    private string Coloured(string line)
    {
        var code = !colour ? null : line[0] switch { '-' => "31", '+' => "32", '@' => "36", _ => null };
        return code is null ? line : $"\u001b[{code}m{line}\u001b[0m";
    }

    private void Wrapped(string text, int indent)
    {
        var at = 0;
        foreach (var word in VisibleText.Escape(text).Split(' '))
        {
            if (at > 0 && at + 1 + word.Length > width)
            {
                this.text.Append('\n');
                at = 0;
            }

            if (at == 0) this.text.Append(' ', indent);
            else this.text.Append(' ');
            at = at == 0 ? indent + word.Length : at + 1 + word.Length;
            this.text.Append(word);
        }

        this.text.Append('\n');
    }
}
