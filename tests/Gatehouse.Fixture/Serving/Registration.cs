namespace Gatehouse.Fixture.Serving;

/// <summary>A place in a list, given up by disposing.</summary>
internal sealed class Registration(Action<Registration> giveUp) : IDisposable
{
    public void Dispose() => giveUp(this);
}
