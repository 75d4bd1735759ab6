using Gatehouse.Range.Running;

namespace Gatehouse.Range.Exercises;

/// <summary>Newline smuggling into a server of the official TypeScript SDK.</summary>
public sealed class NewlineSmugglingSdk : NewlineSmuggling
{
    /// <inheritdoc />
    public override string Id => "newline-smuggling-sdk";

    /// <inheritdoc />
    public override string Title => "Line breaks in a body, into a TypeScript SDK server";

    /// <inheritdoc />
    public override Need Needs => Need.Node;

    internal override string[] Command(RangeFixture fixture) =>
        [fixture.Tools.Node!, fixture.Script("sdk-stdio.cjs"), fixture.Tools.Peers!, fixture.Canary.File];
}
