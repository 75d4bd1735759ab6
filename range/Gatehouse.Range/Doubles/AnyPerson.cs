using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.Connections;

namespace Gatehouse.Range.Doubles;

/// <summary>A comparison to which every person is the one of the link.</summary>
internal sealed class AnyPerson(LinkJudge real) : LinkJudge(real)
{
    public override bool IsSame(PersonSession session, ConnectionLink link) => true;
}
